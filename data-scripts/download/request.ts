import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { InputError } from '../../lib/errors';

const MOST_REDIRECTS = 8;

/** Bytes of a body that are held for a reader who is busy. */
const MOST_HELD = 1 << 20;

/**
 * The answer to a GET of `url`, redirects followed, its body not yet read and as the server stores it: no decoding, so
 * that a .tgz that a server marks as compressed stays one. Fails if nothing comes for `patience` milliseconds.
 * @throws InputError for another protocol than http and https, from https to http, and for redirects without end.
 */
export async function request(
  url: string,
  headers: Readonly<Record<string, string>>,
  patience: number,
): Promise<IncomingMessage> {
  let address = parsed(url);
  for (let i = 0; i <= MOST_REDIRECTS; i++) {
    const answer = await once(address, headers, patience);
    const { location } = answer.headers;
    if (!isRedirect(answer.statusCode) || location === undefined) return answer;
    answer.destroy();
    const next = parsed(location, address);
    if (address.protocol === 'https:' && next.protocol !== 'https:')
      throw new InputError(`${address.href} redirects to ${next.href}, which is not encrypted; use another --url`);
    address = next;
  }
  throw new InputError(`${url} redirects more than ${MOST_REDIRECTS} times; use another --url`);
}

/**
 * An answer's body, taken in from now on. What came before the connection broke is given before the fault is thrown; a
 * stream's own iterator drops what its reader was too busy for.
 */
export function bodyOf(answer: IncomingMessage): AsyncIterable<Buffer> {
  const held: Buffer[] = [];
  let [bytes, ended] = [0, false];
  let fault: Error | undefined;
  let wake = (): void => undefined;
  answer.on('data', (chunk: Buffer) => {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_HELD) answer.pause();
    wake();
  });
  answer.on('error', (error) => ((fault = error), wake()));
  answer.on('close', () => ((ended = true), wake()));
  return chunks();

  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        for (let chunk = held.shift(); chunk; chunk = held.shift()) {
          bytes -= chunk.length;
          yield chunk;
        }
        if (fault) throw fault;
        if (ended) return;
        answer.resume();
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      answer.destroy();
    }
  }
}

const isRedirect = (status = 0): boolean => [301, 302, 303, 307, 308].includes(status);

function once(address: URL, headers: Readonly<Record<string, string>>, patience: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const get = address.protocol === 'https:' ? getSecure : getPlain;
    const sent = get(address, { headers: { 'accept-encoding': 'identity', ...headers } }, resolve);
    sent.on('error', reject);
    sent.setTimeout(patience, () => sent.destroy(new Error(`nothing came for ${patience / 1000} s`)));
  });
}

function parsed(url: string, base?: URL): URL {
  try {
    const address = new URL(url, base);
    if (['https:', 'http:'].includes(address.protocol)) return address;
  } catch {
    // told below
  }
  throw new InputError(`Unexpected address: "${url}"; expected one that begins with https://`);
}
