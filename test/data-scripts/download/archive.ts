import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** An entry of a tar archive. */
export type TarEntry = Parameters<ReturnType<typeof pack>['entry']>[0] & { readonly bytes?: Buffer };

/** The bytes of a tar archive of these entries. */
export async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { bytes, ...header } of entries) archive.entry(header, bytes ?? Buffer.alloc(0));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A .tar.gz of files, path by path. */
export async function tarGzOf(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  return gzipSync(await tarOf([...files].map(([name, bytes]) => ({ name: `./${name}`, bytes }))), { level: 1 });
}

/** A server on this machine that answers by `answer`; `requests` are what came. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<{ url: string; requests: IncomingMessage[]; close: () => void }> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}

export interface Serving {
  /** Ends the connection after so many bytes of the body. */
  readonly cut?: number;
  readonly etag?: string;
  readonly ranges?: boolean;
  /** Sends no Content-Length. */
  readonly lengthless?: boolean;
}

/** Sends bytes as a static file server does, or as a worse one. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  { cut, etag = '"one"', ranges = true, lengthless = false }: Serving = {},
): void {
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const fresh = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const from = ranges && asked && fresh ? Number(asked[1]) : 0;
  if (from > 0 && from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  response.writeHead(from ? 206 : 200, {
    ...(etag && { etag }),
    ...(!lengthless && { 'content-length': bytes.length - from }),
    ...(from && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  if (cut === undefined) response.end(bytes.subarray(from));
  else response.write(bytes.subarray(from, from + cut), () => response.destroy());
}
