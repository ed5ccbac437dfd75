import { AnnotatorError, type Failure } from './annotator';
import { printable } from './printable';

/** Longest body that is read; bytes. */
const LONGEST_BODY = 16 * 2 ** 20;

/**
 * `fetch` as all providers use it: follows no redirect (it would hand on the key), reads no more than 16 MiB, and only
 * lets JSON of a successful request through.
 * @throws AnnotatorError for everything else. Rejects with the signal's reason when it aborts.
 */
export async function fetchJson(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const response = await send(url, init);
  const body = await readBody(response);
  if (!response.ok) throw failureOf(response.status, body, response.headers);
  try {
    JSON.parse(body);
  } catch {
    throw new AnnotatorError('The server’s answer is not JSON', { kind: 'transient', perhapsCharged: true });
  }
  return new Response(body, { status: response.status, headers: { 'content-type': 'application/json' } });
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
    throw new AnnotatorError(`The server redirects (${response.status}); give the final address`, { kind: 'fatal' });
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
        throw new AnnotatorError('The answer is longer than 16 MiB', { kind: 'rejected', perhapsCharged: true });
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AnnotatorError ? error : networkFailure(error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Nobody listens there, or the name is unknown: no further try will help while the address is wrong. */
const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ERR_INVALID_URL', 'CERT_HAS_EXPIRED']);

function networkFailure(error: unknown, signal?: AbortSignal | null): unknown {
  if (signal?.aborted || (error as Error).name === 'AbortError') return error;
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  const code = cause?.code ?? '';
  return new AnnotatorError(`The connection failed: ${printable(code || cause?.message || message, 200)}`, {
    kind: unreachable.has(code) ? 'fatal' : 'transient',
    perhapsCharged: !unreachable.has(code),
  });
}

/** What a status other than 2xx means, by the conventions of Google's and OpenAI's services. */
function failureOf(status: number, body: string, headers: Headers): AnnotatorError {
  const { message, details, code } = errorIn(body);
  const said = `${status}${message && `: ${printable(message, 300)}`}`;
  const fail = (text: string, failure: Failure): AnnotatorError => new AnnotatorError(text, failure);
  const keyRejected = status === 400 && /API.?key/i.test(message + JSON.stringify(details ?? ''));
  if (status === 401 || status === 403 || keyRejected)
    return fail(`The key was not accepted (${said}); check the environment variable it comes from`, { kind: 'fatal' });
  if (status === 404)
    return fail(`The model or address is unknown (${said}); check --model and --base-url`, { kind: 'fatal' });
  if (status === 402 || code === 'insufficient_quota')
    return fail(`The account has no credit (${said})`, { kind: 'fatal' });
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const retryAfterMs = retryDelay(details) ?? retryAfter(headers.get('retry-after'));
    return fail(`The server is busy (${said})`, {
      kind: 'transient',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  return fail(`The server rejects the request (${said})`, { kind: 'rejected' });
}

function errorIn(body: string): { message: string; details?: unknown; code?: unknown } {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown; details?: unknown; code?: unknown } | string };
    if (typeof error === 'string') return { message: error };
    return {
      message: typeof error?.message === 'string' ? error.message : '',
      details: error?.details,
      code: error?.code,
    };
  } catch {
    return { message: '' };
  }
}

/** google.rpc.RetryInfo: { retryDelay: "17.5s" }. */
function retryDelay(details: unknown): number | undefined {
  const infos = (Array.isArray(details) ? details : []) as { retryDelay?: unknown }[];
  const seconds = infos.map((info) => /^(\d+(?:\.\d+)?)s$/.exec(String(info?.retryDelay))?.[1]).find(Boolean);
  return seconds === undefined ? undefined : 1000 * Number(seconds);
}

/** The Retry-After header: seconds or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** "https://host/v1" without a slash at the end. @throws AnnotatorError for an address that is none, or holds a secret. */
export function checkedBaseUrl(text: string): string {
  const url = /^https?:\/\/[^/]/.test(text) ? urlOf(text) : undefined;
  if (!url) throw new AnnotatorError('Unexpected base URL; expected http://… or https://…', { kind: 'fatal' });
  if (url.username || url.password || url.search)
    throw new AnnotatorError(
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
