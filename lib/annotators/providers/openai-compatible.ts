import type { Annotator, Question, Reply } from '../annotator';
import { checkedBaseUrl, fetchJson } from '../http';

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
export function openAiCompatible({ key, model, baseUrl, logprobs = false }: OpenAiOptions): Annotator {
  const address = withVersion(baseUrl ? checkedBaseUrl(baseUrl) : OPENAI);
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  const limit = address === OPENAI ? 'max_completion_tokens' : 'max_tokens'; // others know the older name
  return {
    ...{ name: 'openai-compatible', model, largestBatch: 16 },
    // 85 and 170 a tile of 512 x 512 (OpenAI, "Images and vision", gpt-4o); other models count otherwise.
    imageTokens: (height, width) => 85 + 170 * Math.ceil(height / 512) * Math.ceil(width / 512),
    async ask(question, signal) {
      const images = question.images.map(({ bytes, mimeType }) => ({
        type: 'image_url',
        image_url: { url: `data:${mimeType};base64,${bytes.toString('base64')}` },
      }));
      const body = {
        model,
        messages: [{ role: 'user', content: [{ type: 'text', text: question.text }, ...images] }],
        temperature: question.temperature,
        [limit]: question.maxOutputTokens,
        ...(logprobs && { logprobs: true }),
        ...(question.mode === 'enum' && { response_format: { type: 'json_schema', json_schema: schemaOf(question) } }),
      };
      const init = { method: 'POST', headers, body: JSON.stringify(body), signal };
      return replyOf(await (await fetchJson(`${address}/chat/completions`, init)).json());
    },
  };
}

/** Servers are named with or without the "/v1" that their paths begin with. */
const withVersion = (address: string): string => (new URL(address).pathname === '/' ? `${address}/v1` : address);

function schemaOf({ classes, images }: Question): object {
  const object = (properties: Readonly<Record<string, object>>): object => ({
    ...{ type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  });
  const name = { type: 'string', enum: classes };
  const answer = object(images.length === 1 ? { class: name } : { image: { type: 'integer' }, class: name });
  const schema = images.length === 1 ? answer : object({ answers: { type: 'array', items: answer } });
  return { name: 'classification', strict: true, schema };
}

/** What is used of a response; nothing of it is certain to be there. */
interface Response {
  readonly choices?: readonly {
    readonly message?: { readonly content?: unknown; readonly refusal?: unknown };
    readonly finish_reason?: unknown;
    readonly logprobs?: { readonly content?: readonly { readonly logprob?: unknown }[] | null } | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
}

function replyOf(response: unknown): Reply {
  const { choices, usage } = (response ?? {}) as Response;
  const tokens = usage && {
    tokens: { input: Number(usage.prompt_tokens) || 0, output: Number(usage.completion_tokens) || 0 },
  };
  const choice = choices?.[0];
  const content = choice?.message?.content;
  const text = typeof content === 'string' ? content : '';
  const refusal = choice?.message?.refusal;
  if (typeof refusal === 'string' && refusal) return { text: refusal, refused: 'declined', ...tokens };
  if (choice?.finish_reason === 'content_filter') return { text, refused: 'blocked: content filter', ...tokens };
  if (choice?.finish_reason === 'length') return { text, refused: 'cut off at the output limit', ...tokens };
  return { text, ...tokens, ...confidenceOf(choice?.logprobs?.content) };
}

/** The probability of all tokens of the answer; nothing where a log-probability is missing. */
function confidenceOf(steps: readonly { readonly logprob?: unknown }[] | null | undefined): { confidence?: number } {
  let sum = 0;
  for (const step of steps ?? []) sum += Number(step?.logprob);
  return steps?.length && sum <= 0 ? { confidence: Math.exp(sum) } : {};
}
