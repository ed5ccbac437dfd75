import { ProviderError, CUT_OFF, noAnswer, type Provider, type AnswerRequest, type Reply } from '../provider';
import { failureOf } from '../failure';
import { checkedBaseUrl, fetchJson } from '../http';
import { shownBefore } from '../guide';
import { printable } from '../printable';
import type { EncodedPicture } from '../../../lib/data/pictures';

export interface OpenAiOptions {
  /** None where the server asks for none (a local Ollama). */
  readonly key?: string | undefined;
  readonly model: string;
  /** Up to and without "/chat/completions"; OpenAI's own where absent. */
  readonly baseUrl?: string;
  /** Ask for log-probabilities; servers that cannot give them leave them out or reject the request. */
  readonly logprobs?: boolean;
}

const OPENAI = 'https://api.openai.com/v1';

/** Everything that speaks OpenAI's chat completions: GPT models, vLLM, Ollama, gateways. */
export function openAiCompatible({ key, model, baseUrl, logprobs = false }: OpenAiOptions): Provider {
  const address = withVersion(baseUrl ? checkedBaseUrl(baseUrl) : OPENAI);
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  let limit: Limit = address === OPENAI ? 'max_completion_tokens' : 'max_tokens'; // others know the older name
  return {
    name: 'openai-compatible',
    model,
    largestBatch: 16,
    takesExamples: true,
    // 85 and 170 a tile of 512 x 512 (OpenAI, "Images and vision", gpt-4o); other models count otherwise.
    imageTokens: (height, width) => 85 + 170 * Math.ceil(height / 512) * Math.ceil(width / 512),
    async ask(question, signal) {
      const images = question.images.map(pictureOf);
      const body = {
        model,
        messages: [
          {
            role: 'user',
            content: [textPart(question.text), ...shownBefore(question, textPart, pictureOf), ...images],
          },
        ],
        temperature: question.temperature,
        ...(logprobs && { logprobs: true }),
        ...(question.mode === 'enum' && { response_format: { type: 'json_schema', json_schema: schemaOf(question) } }),
      };
      const send = async (name: Limit): Promise<Reply> => {
        const own = JSON.stringify({ ...body, [name]: question.maxOutputTokens });
        const init = { method: 'POST', headers, body: own, signal };
        return replyOf(await (await fetchJson(`${address}/chat/completions`, init)).json());
      };
      const tried = limit;
      return send(tried).catch((error: unknown) => {
        if (error instanceof ProviderError && error.failure.blocked) return unpaid;
        if (!isUnknown(tried, error)) throw error;
        limit = tried === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'; // for the rest of the run
        return send(limit);
      });
    },
  };
}

const textPart = (text: string): object => ({ type: 'text', text });
const pictureOf = ({ bytes, mimeType }: EncodedPicture): object => ({
  type: 'image_url',
  image_url: { url: `data:${mimeType};base64,${bytes.toString('base64')}` },
});

const FILTERED = 'blocked: content filter';
/** The reply that a filter's error stands for. */
const unpaid: Reply = { text: '', refused: FILTERED, tokens: { input: 0, output: 0 } };

/** What the limit on output is called: the older name, and the one that OpenAI's reasoning models insist on. */
type Limit = 'max_tokens' | 'max_completion_tokens';

/** Whether the server says that it does not know the limit by this name; a limit that is too large is not that. */
const isUnknown = (name: Limit, error: unknown): boolean =>
  error instanceof ProviderError &&
  error.failure.kind === 'rejected' &&
  new RegExp(`\\b${name}\\b`).test(error.message) &&
  /unsupported|not supported|unrecogni|unknown|unexpected|extra|not permitted|not allowed/i.test(error.message);

/** Servers are named with or without the "/v1" that their paths begin with. */
const withVersion = (address: string): string => (new URL(address).pathname === '/' ? `${address}/v1` : address);

function schemaOf({ classes, groups, images }: AnswerRequest): object {
  const object = (properties: Readonly<Record<string, object>>): object => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  });
  const oneOf = (names: readonly string[]): object => ({ type: 'string', enum: names });
  const named = { ...(groups && { group: oneOf(groups) }), class: oneOf(classes) };
  const answer = object(images.length === 1 ? named : { image: { type: 'integer' }, ...named });
  const schema = images.length === 1 ? answer : object({ answers: { type: 'array', items: answer } });
  return { name: 'classification', strict: true, schema };
}

/** What is used of a response; nothing of it is certain to be there. */
interface Response {
  readonly choices?:
    | readonly {
        readonly message?: { readonly content?: unknown; readonly refusal?: unknown; readonly error?: unknown } | null;
        readonly finish_reason?: unknown;
        readonly native_finish_reason?: unknown;
        readonly error?: unknown;
        readonly logprobs?: { readonly content?: readonly { readonly logprob?: unknown }[] | null } | null;
      }[]
    | null;
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null;
}

/** Why a message ended, in the words of servers that all mean the same: too long, or not at all. */
const tooLong = /^(?:length|max_(?:output_)?tokens|model_length)$/i;
const brokenOff = /error|abort|cancel|fail|timeout|insufficient/i;

function replyOf(response: unknown): Reply {
  const { choices, usage } = (response ?? {}) as Response;
  const tokens = usage && { input: Number(usage.prompt_tokens) || 0, output: Number(usage.completion_tokens) || 0 };
  const reply = (text: string, more: Partial<Reply> = {}): Reply => ({ text, ...(tokens && { tokens }), ...more });
  const choice = choices?.[0];
  const error = choice?.error ?? choice?.message?.error;
  if (error) throw failureOf(error);
  const parts = partsOf(choice?.message?.content);
  const text = textOf(parts);
  const reason = typeof choice?.finish_reason === 'string' ? choice.finish_reason : 'none';
  const refusal = [choice?.message, ...parts].map((part) => part?.refusal).find(Boolean);
  if (typeof refusal === 'string') return reply(refusal, { refused: 'declined' });
  if (reason === 'content_filter') return reply(text, { refused: FILTERED });
  if ([reason, choice?.native_finish_reason].some((word) => tooLong.test(String(word))))
    return reply(text, { refused: CUT_OFF });
  if (!text.trim() || brokenOff.test(reason))
    throw noAnswer(
      choice
        ? `${text.trim() ? 'broken off' : 'empty'}, finish reason ${reason}`
        : `no choices: ${printable(JSON.stringify(response ?? null), 100)}`,
      tokens ?? undefined,
    );
  return reply(text, confidenceOf(choice?.logprobs?.content));
}

interface Part {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly refusal?: unknown;
}

/** A message's content as typed parts: it may be a text, a part, or a list of both. */
const partsOf = (content: unknown): Part[] =>
  [content]
    .flat()
    .map((part) => (typeof part === 'string' ? { text: part } : part))
    .filter((part): part is Part => typeof part === 'object' && part !== null);

/** What the parts say, those that are no text (thinking) left out. */
const textOf = (parts: readonly Part[]): string =>
  parts
    .filter(({ type }) => type === undefined || type === 'text' || type === 'output_text')
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');

/** The probability of all tokens of the answer; nothing where a log-probability is missing. */
function confidenceOf(steps: readonly { readonly logprob?: unknown }[] | null | undefined): { confidence?: number } {
  let sum = 0;
  for (const step of steps ?? []) sum += Number(step?.logprob);
  return steps?.length && sum <= 0 ? { confidence: Math.exp(sum) } : {};
}
