import { ProviderError } from './provider';
import { errorIn, failureOf } from './failure';
import { printable } from './printable';

/** Longest body that is read; bytes. */
const LONGEST_BODY = 16 * 2 ** 20;

/**
 * `fetch` as all providers use it: follows no redirect (it would hand on the key), reads no more than 16 MiB, and only
 * lets JSON of a successful request through that holds no error: gateways send theirs with status 200 as well.
 * @throws ProviderError for everything else. Rejects with the signal's reason when it aborts.
 */
export async function fetchJson(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const response = await send(url, init);
  const body = await readBody(response);
  const value = parsed(body);
  const error = errorIn(value);
  if (!response.ok) throw failureOf(error ?? value ?? '', response.headers, response.status);
  if (error !== undefined) throw failureOf(error, response.headers);
  if (value === undefined) throw notJson(body, response.headers);
  return new Response(body, { status: response.status, headers: { 'content-type': 'application/json' } });
}

/** A gateway's page or nothing, for which nobody pays, or what may be an answer that was cut off. */
function notJson(body: string, headers: Headers): ProviderError {
  if (headers.get('content-type')?.startsWith('text/event-stream')) {
    const errors = body.split('\n').map((line) => errorIn(parsed(line.replace(/^data:/, ''))));
    const told = errors.find((error) => error !== undefined);
    if (told !== undefined) return failureOf(told, headers);
    return new ProviderError('The server answers in a stream, piece by piece; have it answer at once', {
      kind: 'fatal',
      perhapsCharged: true,
    });
  }
  const page = /^\s*(?:<|$)/.test(body);
  const title = /<title[^>]*>([^<]*)/i.exec(body)?.[1]?.trim();
  const words = !body.trim() ? 'replied with nothing' : page ? 'replied with a web page' : 'replied with no JSON';
  return new ProviderError(`The server ${words}${title ? ` ("${printable(title, 100)}")` : ''}`, {
    kind: 'transient',
    perhapsCharged: !page,
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

async function send(url: string | URL | Request, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, redirect: 'manual' });
  } catch (error) {
    throw networkFailure(error, init.signal);
  }
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new ProviderError(`The server redirects (${response.status}); give the final address`, { kind: 'fatal' });
  }
  return response;
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > LONGEST_BODY)
        throw new ProviderError('The answer is longer than 16 MiB', { kind: 'rejected', perhapsCharged: true });
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof ProviderError ? error : networkFailure(error);
  }
  return new TextDecoder().decode(Buffer.concat(chunks)); // which takes a byte order mark away
}

/** Nobody listens there, or the name is unknown: no further try will help while the address is wrong. */
const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ERR_INVALID_URL', 'CERT_HAS_EXPIRED']);

function networkFailure(error: unknown, signal?: AbortSignal | null): unknown {
  if (signal?.aborted || (error as Error).name === 'AbortError') return error;
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  const code = cause?.code ?? '';
  return new ProviderError(`The connection failed: ${printable(code || cause?.message || message, 200)}`, {
    kind: unreachable.has(code) ? 'fatal' : 'transient',
    perhapsCharged: !unreachable.has(code),
  });
}

/** "https://host/v1" without a slash at the end. @throws ProviderError for an invalid address, or one that holds a secret. */
export function checkedBaseUrl(text: string): string {
  const url = /^https?:\/\/[^/]/.test(text) ? urlOf(text) : undefined;
  if (!url) throw new ProviderError('Unexpected base URL; expected http://… or https://…', { kind: 'fatal' });
  if (url.username || url.password || url.search)
    throw new ProviderError(
      'Unexpected base URL: it holds a password or a query; keys come from the environment only',
      {
        kind: 'fatal',
      },
    );
  return url.href.replace(/\/+$/, '');
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
