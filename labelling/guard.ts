import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal';

/** A new secret of a server's start; other programs and pages on this machine do not know it. */
export const newToken = (): string => randomBytes(16).toString('hex');

/**
 * Lets through what a page of this very server asks, and returns the address below the token.
 *
 * The server listens on the loopback interface only. Pages of other sites in the same browser reach it all the same: by a
 * host name that they let point here (DNS rebinding), which the Host header tells; by forms and scripts, which the Origin of
 * every write tells; and by guessing, which the token in the address prevents.
 * @throws Refusal
 */
export function admit({ method, headers, url = '' }: IncomingMessage, port: number, token: string): string {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '' } = headers;
  if (!hosts.includes(host)) throw new Refusal(421, `This server is not ${JSON.stringify(host)}`);
  const [, given, below] = /^\/([^/?]*)(\/[^?]*)?(?:\?.*)?$/.exec(url) ?? [];
  if (!given || !isSame(given, token))
    throw new Refusal(404, 'Nothing is here; open the address that was printed when this server started, all of it');
  if (method !== 'GET' && method !== 'POST')
    throw new Refusal(405, `Unexpected method ${method}; expected GET or POST`);
  if (method === 'POST') {
    const { origin = 'none', 'content-type': type } = headers;
    if (origin !== `http://${host}`) throw new Refusal(403, `Origin ${JSON.stringify(origin)} may not write here`);
    if (type !== 'application/json') throw new Refusal(415, `Unexpected content type ${JSON.stringify(type)}; expected JSON`); // prettier-ignore
  }
  return (below ?? '').slice(1);
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Headers of every answer: only this server's own files are obeyed or shown, no inline script is, and no other page may
 * frame it, but for a notebook's on this machine if `framed`.
 */
export function safetyHeaders(framed: boolean): Record<string, string> {
  const ancestors = framed ? 'http://localhost:* http://127.0.0.1:*' : "'none'";
  const self = ['script-src', 'style-src', 'img-src', 'connect-src'].map((what) => `${what} 'self'`);
  const none = ['default-src', 'base-uri', 'form-action'].map((what) => `${what} 'none'`);
  return {
    'content-security-policy': [...none, ...self, `frame-ancestors ${ancestors}`].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
