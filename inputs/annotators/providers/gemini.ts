import {
  GoogleGenerativeAI,
  SchemaType,
  type GenerateContentResult,
  type GenerationConfig,
  type Schema,
} from '@google/generative-ai';
import { CUT_OFF, noAnswer, type Provider, type AnswerRequest, type Reply, type Tokens } from '../provider';
import { checkedBaseUrl, fetchJson } from '../http';
import { shownBefore } from '../guide';
import { printable } from '../printable';
import type { EncodedPicture } from '../../../lib/data/pictures';

export interface GeminiOptions {
  readonly key: string;
  readonly model: string;
  readonly baseUrl?: string;
  /** Tokens that the model may think, where it can be told; its own default where absent. */
  readonly thinkingBudget?: number;
  /** Ask for log-probabilities; models that cannot give them reject the request. */
  readonly logprobs?: boolean;
}

/** Google's Gemini models, by Google's own client. */
export function gemini({ key, model, baseUrl, thinkingBudget, logprobs }: GeminiOptions): Provider {
  const client = new GoogleGenerativeAI(key).getGenerativeModel(
    { model },
    baseUrl ? { baseUrl: checkedBaseUrl(baseUrl) } : {},
  );
  return {
    name: 'gemini',
    model,
    largestBatch: 16,
    takesExamples: true,
    settings: { ...(thinkingBudget !== undefined && { thinkingBudget }) },
    // 258 a tile of 768 x 768; one where both sides are at most 384 (ai.google.dev, "Understand and count tokens").
    imageTokens: (height, width) =>
      258 * (Math.max(height, width) <= 384 ? 1 : Math.ceil(height / 768) * Math.ceil(width / 768)),
    async ask(question, signal) {
      const images = question.images.map(pictureOf);
      const generationConfig = {
        ...configOf(question),
        ...(thinkingBudget !== undefined && { thinkingConfig: { thinkingBudget } }),
        ...(logprobs && { responseLogprobs: true }),
      };
      const contents = [
        { role: 'user', parts: [textPart(question.text), ...shownBefore(question, textPart, pictureOf), ...images] },
      ];
      return replyOf(await send(() => client.generateContent({ contents, generationConfig }, { signal })));
    },
  };
}

const textPart = (text: string) => ({ text });
const pictureOf = ({ bytes, mimeType }: EncodedPicture) => ({
  inlineData: { mimeType, data: bytes.toString('base64') },
});

function configOf({ mode, classes, groups, images, temperature, maxOutputTokens }: AnswerRequest): GenerationConfig {
  const limits = { temperature, maxOutputTokens };
  if (mode === 'text') return limits;
  const oneOf = (names: readonly string[]): Schema => ({ type: SchemaType.STRING, format: 'enum', enum: [...names] });
  const object = (properties: Record<string, Schema>): Schema => ({
    type: SchemaType.OBJECT,
    properties,
    required: Object.keys(properties),
  });
  const answer = { ...(groups && { group: oneOf(groups) }), class: oneOf(classes) };
  if (images.length === 1 && !groups)
    return { ...limits, responseMimeType: 'text/x.enum', responseSchema: answer.class };
  const items = object(images.length === 1 ? answer : { image: { type: SchemaType.INTEGER }, ...answer });
  const responseSchema: Schema = images.length === 1 ? items : { type: SchemaType.ARRAY, items };
  return { ...limits, responseMimeType: 'application/json', responseSchema };
}

/**
 * The client takes no `fetch` of ours, but looks it up once, while the call begins: so ours stands in for just that
 * moment. It knows the headers and the body's length, which the client does not tell, and its errors are kept.
 */
async function send(call: () => Promise<GenerateContentResult>): Promise<GenerateContentResult['response']> {
  let failure: unknown;
  const own: typeof fetch = async (url, init) => {
    try {
      return await fetchJson(url, init);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const usual = globalThis.fetch;
  let pending: Promise<GenerateContentResult>;
  globalThis.fetch = own;
  try {
    pending = call();
  } finally {
    globalThis.fetch = usual;
  }
  try {
    return (await pending).response;
  } catch (error) {
    throw failure ?? error;
  }
}

/** Finish reasons of refusals, those about pictures (IMAGE_SAFETY, ...) as well; and of whole answers. */
const blocked = /SAFETY|RECITATION|LANGUAGE|BLOCKLIST|PROHIBITED_CONTENT|SPII/;
const whole = /^(?:STOP|FINISH_REASON_UNSPECIFIED|)$/;

/** What is used of a response; nothing of it is certain to be there. */
interface Response {
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: unknown };
    readonly finishReason?: string;
    readonly avgLogprobs?: unknown;
  }[];
  readonly promptFeedback?: { readonly blockReason?: string };
  readonly usageMetadata?: Readonly<Record<string, unknown>>;
}

function replyOf(response: unknown): Reply {
  const { candidates, promptFeedback, usageMetadata } = (response ?? {}) as Response;
  const count = (name: string): number => Number(usageMetadata?.[name]) || 0;
  const written = count('candidatesTokenCount');
  const tokens: Tokens | undefined = usageMetadata && {
    input: count('promptTokenCount'),
    output: written + count('thoughtsTokenCount'),
  };
  const reply = (text: string, more: Partial<Reply> = {}): Reply => ({ text, ...(tokens && { tokens }), ...more });
  if (promptFeedback?.blockReason) return reply('', { refused: `blocked: ${promptFeedback.blockReason}` });
  const candidate = candidates?.[0];
  const parts: unknown = candidate?.content?.parts;
  const text = textOf(parts);
  const reason = candidate?.finishReason ?? '';
  if (blocked.test(reason)) return reply(text, { refused: `blocked: ${reason}` });
  if (reason === 'MAX_TOKENS') return reply(text, { refused: CUT_OFF });
  if (!text.trim() || !whole.test(reason))
    throw noAnswer(
      candidate
        ? `${text.trim() ? 'broken off' : 'empty'}, finish reason ${reason || 'none'}`
        : `no candidates: ${printable(JSON.stringify(response ?? null), 100)}`,
      tokens,
    );
  const mean = candidate?.avgLogprobs;
  return reply(
    text,
    typeof mean === 'number' && mean <= 0 && written > 0 ? { confidence: Math.exp(mean * written) } : {},
  );
}

/** What the parts say, thoughts aside. */
const textOf = (parts: unknown): string =>
  (Array.isArray(parts) ? (parts as { text?: unknown; thought?: unknown }[]) : [])
    .map((part) => (typeof part?.text === 'string' && !part.thought ? part.text : ''))
    .join('');
