import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** A hub of Hugging Face's on this machine that has one model, OWNER/NAME, whose files lie in `folder`. */
export async function hubServer(id: string, folder: string): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const start = `/${id}/resolve/main/`;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://hub');
    if (request.method === 'GET') asked.push(pathname);
    const found = pathname.startsWith(start)
      ? readFile(path.join(folder, pathname.slice(start.length)))
      : Promise.reject(new Error('no such model'));
    found.then(
      (bytes) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked, server };
}
