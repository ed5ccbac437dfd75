import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { InputError } from '../../lib/errors';

const MOST_REDIRECTS = 8;

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
