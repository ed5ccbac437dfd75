import { ProviderError, type Failure } from './provider';
import { printable } from './printable';

/** The error that a body holds, whatever its status line says; undefined where it holds none. */
export function errorIn(body: unknown): unknown {
  const value: unknown = Array.isArray(body) ? body[0] : body; // Google's OpenAI-compatible address sends [{ error }]
  if (typeof value !== 'object' || value === null) return undefined;
  const { error, object, type } = value as Record<string, unknown>;
  return error || (object === 'error' || type === 'error' ? value : undefined);
}

/**
 * What servers call their errors, where they give no number: in `code`, `status` or `type`, or in a message alone. What
 * ends a run or a question for good must be such a code ("model_not_found"): a gateway's prose ("invalid response") is not.
 */
const statusOfWords: readonly [RegExp, number][] = [
  [/insufficient.?(quota|credit|balance|funds)|billing|payment/i, 402],
  [/rate.?limit|too.?many|exhausted|quota|throttl/i, 429],
  [/overloaded|unavailable|capacity|timeout|timed out|deadline|try again/i, 503],
  [/unauthori|unauthenticated|authentication|api.?key|permission|forbidden/i, 401],
  [/not_found/i, 404],
  [/invalid_|bad_request|unsupported_/i, 400],
];

/** Codes of services that do not answer about some pictures. */
const filtered = /content_?filter|content_policy|data_inspection|moderation|ResponsibleAI/i;

/** Quotas that no wait of minutes renews. */
const daily = /per.?day|daily|\b[RT]PD\b/i;

/**
 * What an error means, by the conventions of Google's and OpenAI's services and the gateways before them. `status`: the
 * response's, where that is no success; else the error's own number or words decide, and one without either is the server's.
 */
export function failureOf(error: unknown, headers?: Headers, status?: number): ProviderError {
  const { message, words, details, number } = partsOf(error);
  const meant = status ?? number ?? statusOfWords.find(([pattern]) => pattern.test(words))?.[1] ?? 502;
  const said = `${meant}${message && `: ${printable(message, 300)}`}`;
  const all = `${message} ${words} ${JSON.stringify(details ?? '')}`;
  const fail = (text: string, failure: Failure): ProviderError => new ProviderError(text, failure);
  if (meant === 401 || meant === 403 || (meant === 400 && /API.?key/i.test(all)))
    return fail(`The key was not accepted (${said}); check the environment variable it comes from`, { kind: 'fatal' });
  if (meant === 404)
    return fail(`The model or address is unknown (${said}); check --model and --base-url`, { kind: 'fatal' });
  if (meant === 402 || /insufficient_quota/.test(words))
    return fail(`The account has no credit (${said})`, { kind: 'fatal' });
  if (meant === 429 && daily.test(all)) return fail(`The day’s quota is used up (${said})`, { kind: 'exhausted' });
  if ([408, 409, 425, 429].includes(meant) || meant >= 500) {
    const retryAfterMs = retryDelay(details) ?? (headers && retryAfter(headers));
    return fail(`The server is busy (${said})`, { kind: 'transient', ...(retryAfterMs && { retryAfterMs }) });
  }
  const hint = /temperature/i.test(message) ? '; try --temperature 1' : '';
  return fail(`The server rejects the request (${said})${hint}`, {
    kind: 'rejected',
    ...(filtered.test(words) && { blocked: true }),
  });
}

function partsOf(error: unknown): { message: string; words: string; details?: unknown; number?: number | undefined } {
  if (typeof error !== 'object' || error === null) {
    const message = typeof error === 'string' ? error : '';
    return { message, words: message };
  }
  const { message, detail, code, status, type, details } = error as Record<string, unknown>;
  const text = [message, detail].find((value) => typeof value === 'string');
  const words = [code, status, type].filter((value) => typeof value === 'string').join(' ');
  return {
    message: String(text ?? (detail ? JSON.stringify(detail) : '')),
    words,
    details,
    number: [code, status].map(Number).find((value) => value >= 400 && value < 600),
  };
}

/** google.rpc.RetryInfo: { retryDelay: "17.5s" }. */
function retryDelay(details: unknown): number | undefined {
  const infos = (Array.isArray(details) ? details : []) as { retryDelay?: unknown }[];
  const seconds = infos.map((info) => /^(\d+(?:\.\d+)?)s$/.exec(String(info?.retryDelay))?.[1]).find(Boolean);
  return seconds === undefined ? undefined : 1000 * Number(seconds);
}

/** The headers Retry-After, seconds or a date, and Retry-After-Ms. */
function retryAfter(headers: Headers): number | undefined {
  const [exact, value] = [headers.get('retry-after-ms'), headers.get('retry-after')];
  if (exact !== null && Number(exact) >= 0) return Number(exact);
  if (value === null) return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
