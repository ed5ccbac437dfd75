import { ProviderError, type Failure } from './provider';
import { printable } from './printable';

/** The error that a body holds, whatever its status line says; undefined where it holds none. */
export function errorIn(body: unknown): unknown {
  const value = firstOf(body); // Google's OpenAI-compatible address sends [{ error }]
  if (!isRecord(value)) return undefined;
  const { error, errors, object, type, success, choices, candidates } = value;
  const own = firstOf(error) || firstOf(errors);
  if (own && own !== true && (!isRecord(own) || Object.keys(own).length)) return own;
  const unanswered = choices === undefined && candidates === undefined;
  const says = ['message', 'msg', 'detail', 'code', 'statusCode'].some((name) => value[name]);
  return object === 'error' || type === 'error' || success === false || (unanswered && says) ? value : undefined;
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? (value as unknown[])[0] : value);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

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

/** Codes of services that do not answer about some pictures, and a gateway's words for it. */
const filtered = /content_?filter|content_policy|data_inspection|moderation|ResponsibleAI/i;
const flagged = /\bflagged\b/i;

/** Quotas that no wait of minutes renews. */
const daily = /per.?day|daily|\b[RT]PD\b/i;

/** What is wrong with the request itself; of other numbers below 500 the next try may know nothing. */
const ofRequest = [400, 405, 406, 410, 411, 413, 414, 415, 417, 422, 431, 451];

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
  if (filtered.test(words) || (meant === 403 && flagged.test(message)))
    return fail(`The server rejects the request (${said})`, { kind: 'rejected', blocked: true });
  if (meant === 401 || meant === 403 || (meant === 400 && /API.?key/i.test(all)))
    return fail(`The key was not accepted (${said}); check the environment variable it comes from`, { kind: 'fatal' });
  if (meant === 404)
    return fail(`The model or address is unknown (${said}); check --model and --base-url`, { kind: 'fatal' });
  if (meant === 402 || /insufficient_quota/.test(words))
    return fail(`The account has no credit (${said})`, { kind: 'fatal' });
  if (meant === 429 && daily.test(all)) return fail(`The day’s quota is used up (${said})`, { kind: 'exhausted' });
  if (!ofRequest.includes(meant)) {
    const retryAfterMs = retryDelay(details) ?? (headers && retryAfter(headers)) ?? durationIn(message, afterWords);
    return fail(`The server is busy (${said})`, { kind: 'transient', ...(retryAfterMs && { retryAfterMs }) });
  }
  const hint = /temperature/i.test(message) ? '; try --temperature 1' : '';
  return fail(`The server rejects the request (${said})${hint}`, { kind: 'rejected' });
}

function partsOf(error: unknown): { message: string; words: string; details?: unknown; number?: number | undefined } {
  if (!isRecord(error)) {
    const message = typeof error === 'string' ? error : '';
    return { message, words: message };
  }
  const { message, msg, detail, code, status, statusCode, type, details } = error;
  const text = [message, msg, detail].find((value) => typeof value === 'string');
  const words = [code, status, type].filter((value) => typeof value === 'string').join(' ');
  return {
    message: String(text ?? (detail ? JSON.stringify(detail) : '')),
    words,
    details,
    number: [code, status, statusCode].map(Number).find((value) => value >= 400 && value < 600),
  };
}

/** google.rpc.RetryInfo: { retryDelay: "17.5s" }. */
function retryDelay(details: unknown): number | undefined {
  const infos = (Array.isArray(details) ? details : []) as { retryDelay?: unknown }[];
  const seconds = infos.map((info) => /^(\d+(?:\.\d+)?)s$/.exec(String(info?.retryDelay))?.[1]).find(Boolean);
  return seconds === undefined ? undefined : 1000 * Number(seconds);
}

/** The headers Retry-After, seconds, a date or "5s", and Retry-After-Ms. */
function retryAfter(headers: Headers): number | undefined {
  const [exact, value] = [headers.get('retry-after-ms'), headers.get('retry-after')];
  if (exact !== null && Number(exact) >= 0) return Number(exact);
  if (value === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return 1000 * Number(value);
  const ms = durationIn(value, /^/) ?? Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** "Please try again in 7m12s", "retry after 20 seconds". */
const afterWords = /\b(?:try again|retry|wait)\b[^\d.]{0,20}/i;
const units: readonly [RegExp, number][] = [
  [/^(?:ms|millis)/i, 1],
  [/^s/i, 1000],
  [/^m/i, 60_000],
  [/^h/i, 3_600_000],
];

/** The duration that follows such words in a text, in ms. */
function durationIn(text: string, before: RegExp): number | undefined {
  const start = before.exec(text);
  const rest = start ? text.slice(start.index + start[0].length) : '';
  const parts = [...rest.matchAll(durationPart)].map(([, value, unit]) => [Number(value), unit!] as const);
  const ms = (unit: string): number => units.find(([pattern]) => pattern.test(unit))![1];
  return parts.length ? parts.reduce((sum, [value, unit]) => sum + value * ms(unit), 0) : undefined;
}

/** One after the other from the beginning: "7m", "12s"; "350 ms"; "2 minutes". */
const durationPart =
  /(?<=^(?:[\d.]+\s*[a-z]+\s*)*)(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?![a-z])/giy;
