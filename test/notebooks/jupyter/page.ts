import { setTimeout as wait } from 'node:timers/promises';
import { JSDOM } from 'jsdom';

/** Node 20 has no WebSocket of its own. */
const browser = new JSDOM().window;

/** A page of a running Chromium, over its debugging protocol. */
export interface Page {
  /** The value (JSON) of an expression in the page, awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** PNG of what is in view, or of a part of it, in pixels of the page. */
  screenshot(clip?: Box): Promise<Buffer>;
  /** As a hand does it: the page gets real mouse events. */
  moveMouse(x: number, y: number): Promise<void>;
  /** A command of the debugging protocol. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  close(): void;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Reply {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Opens a page in the Chromium that listens on `port`, which may still be starting. */
export async function openPage(port: number, url: string): Promise<Page> {
  const socket = await connect(port);
  const waiting = new Map<number, (reply: Reply) => void>();
  let count = 0;
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  const send = async (method: string, params: object = {}): Promise<Record<string, unknown>> => {
    const id = ++count;
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await reply;
    waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };
  await send('Page.enable');
  await send('Page.navigate', { url });
  return {
    async evaluate(expression) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }); // prettier-ignore
      if (exceptionDetails) throw new Error(`In the page: ${JSON.stringify(exceptionDetails).slice(0, 500)}`);
      return (result as { value?: unknown } | undefined)?.value;
    },
    async screenshot(clip) {
      const { data } = await send('Page.captureScreenshot', {
        format: 'png',
        ...(clip && { clip: { ...clip, scale: 1 } }),
      });
      return Buffer.from(String(data), 'base64');
    },
    async moveMouse(x, y) {
      await send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
    },
    send,
    close: () => socket.close(),
  };
}

async function connect(port: number): Promise<WebSocket> {
  for (let i = 0; ; i++) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/json/new?about:blank`, { method: 'PUT' });
      const { webSocketDebuggerUrl } = (await answer.json()) as { webSocketDebuggerUrl: string };
      const socket = new browser.WebSocket(webSocketDebuggerUrl);
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve);
        socket.addEventListener('error', reject);
      });
      return socket;
    } catch (error) {
      if (i > 60) throw error;
      await wait(500);
    }
  }
}
