const HIDDEN = '[key hidden]';

/** What looks like a key of a known kind, or is handed over where keys are: Google's, OpenAI's, in URLs, in headers. */
const patterns: readonly [RegExp, string][] = [
  [/AIza[0-9A-Za-z_-]{30,}/g, HIDDEN],
  [/\bsk-[0-9A-Za-z_-]{16,}/g, HIDDEN],
  [/([?&](?:key|api_key|access_token)=)[^&\s"'<>]+/gi, `$1${HIDDEN}`],
  [/(\bBearer\s+)[0-9A-Za-z._~+/=-]{8,}/gi, `$1${HIDDEN}`],
];

/** A function that takes these secrets out of any text, plain and as URLs write them, and whatever looks like a key. */
export function redactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret): secret is string => (secret?.length ?? 0) > 5);
  const spellings = [...new Set(known.flatMap((secret) => [secret, encodeURIComponent(secret), base64(secret)]))];
  return (text) => {
    let clean = text;
    for (const spelling of spellings) clean = clean.replaceAll(spelling, HIDDEN);
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
