import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputError } from '../lib/errors';
import { encodedPicture } from '../lib/data/pictures';
import { Desk } from './desk';
import { admit, newToken, safetyHeaders } from './guard';
import { pageFiles } from './page-files';
import type { PageAction } from './page-state';
import type { Project } from './project';
import { Refusal } from './refusal';

export interface ServeOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** Opens the page in the user's browser: default no. */
  readonly open?: boolean;
  /** Whose labels the page's are. */
  readonly by?: string;
  /** Whether a notebook on this machine may show the page in a frame; the page can then be finished. */
  readonly framed?: boolean;
}

/** A page that is served. */
export interface LabellingServer {
  /** The page's address, with this start's token: whoever knows it can label. */
  readonly url: string;
  /** Resolves when the user has finished, or nothing is left to ask. */
  readonly finished: Promise<void>;
  /** Resolves when a browser has opened the page. */
  readonly seen: Promise<void>;
  /** Ends all connections; what was labelled is kept. The project stays open. */
  close(): Promise<void>;
}

/** Larger than any action. */
const MOST_BYTES = 4096;
/** Milliseconds for answers that are on their way when the server is closed. */
const GRACE = 200;
/** The longer side of a picture as it is sent, in pixels. */
const MOST_PIXELS = 1600;

/**
 * Serves the page on which a project is labelled, on the loopback interface only. Several tabs show the same state; the next
 * batch is chosen by itself when one is done.
 * @throws InputError if the port is taken.
 */
export async function serve(project: Project, options: ServeOptions = {}): Promise<LabellingServer> {
  const { port = 0, open = false, framed = false } = options;
  const files = await pageFiles();
  const desk = new Desk(project, { ...(options.by !== undefined && { by: options.by }), canFinish: framed });
  const token = newToken();
  const headers = safetyHeaders(framed);
  let see = (): void => {};
  const seen = new Promise<void>((resolve) => (see = resolve));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { port: own } = server.address() as AddressInfo;
    const wanted = admit(request, own, token);
    if (request.method === 'POST') {
      if (wanted !== 'act') throw new Refusal(404, 'Nothing is done here');
      const state = await desk.act(await readAction(request));
      return send(response, 200, 'application/json', JSON.stringify({ state }));
    }
    const file = files.get(wanted);
    if (file) return send(response, 200, file.type, file.body);
    if (wanted === 'project') return send(response, 200, 'application/json', JSON.stringify(desk.fixed));
    if (wanted === 'events') {
      see();
      return pushStates(desk, response);
    }
    const [, image] = /^image\/(\d{1,9})$/.exec(wanted) ?? [];
    if (image === undefined || Number(image) >= project.images.length) throw new Refusal(404, 'Nothing is here');
    const { bytes, mimeType } = await encodedPicture(project.data.pool, Number(image), MOST_PIXELS);
    response.setHeader('cache-control', 'private, max-age=3600');
    send(response, 200, mimeType, bytes);
  };

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(request, response).catch((error: Error) => {
      const status = error instanceof Refusal ? error.status : error instanceof InputError ? 409 : 500;
      if (status === 500) console.error(error.stack);
      if (!response.headersSent) send(response, status, 'application/json', JSON.stringify({ error: error.message }));
    });
  });
  await listen(server, port);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}/`;
  if (open) openBrowser(url);
  return {
    url,
    finished: desk.finished,
    seen,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      setTimeout(() => server.closeAllConnections(), GRACE); // pages listen for ever
      await closed;
    },
  };
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

async function readAction(request: IncomingMessage): Promise<PageAction> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > MOST_BYTES) throw new Refusal(413, `An action is at most ${MOST_BYTES} bytes long`);
  }
  try {
    // nothing else can be asked for by what is no object
    return { ...(JSON.parse(text) as PageAction) };
  } catch {
    throw new Refusal(400, 'The action is no JSON');
  }
}

/** Server-sent events (HTML standard, 9.2): the state now and whenever it changes, and how far the model is. */
function pushStates(desk: Desk, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const push = (event: string, data: unknown): void => void response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`); // prettier-ignore
  push('state', desk.state());
  response.on('close', desk.listen(push));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' || error.code === 'EACCES'
          ? new InputError(`Port ${port} cannot be used (${error.code}); leave --port out, or give another one`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** Where that is not possible, the printed address has to do. */
function openBrowser(url: string): void {
  const commands: Partial<Record<NodeJS.Platform, readonly string[]>> = { darwin: ['open'], win32: ['explorer'] };
  const [command, ...words] = commands[process.platform] ?? ['xdg-open'];
  const browser = spawn(command!, [...words, url], { stdio: 'ignore', detached: true });
  browser.on('error', () => undefined);
  browser.unref();
}
