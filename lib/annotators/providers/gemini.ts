import {
  FinishReason,
  GoogleGenerativeAI,
  SchemaType,
  type GenerateContentResult,
  type GenerationConfig,
  type Schema,
} from '@google/generative-ai';
import { AnnotatorError, type Annotator, type Question, type Reply } from '../annotator';
import { checkedBaseUrl, fetchJson } from '../http';

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
export function gemini({ key, model, baseUrl, thinkingBudget, logprobs }: GeminiOptions): Annotator {
  const client = new GoogleGenerativeAI(key).getGenerativeModel(
    { model },
    baseUrl ? { baseUrl: checkedBaseUrl(baseUrl) } : {},
  );
  return {
    ...{ name: 'gemini', model, largestBatch: 16 },
    settings: { ...(thinkingBudget !== undefined && { thinkingBudget }) },
    // 258 a tile of 768 x 768; one where both sides are at most 384 (ai.google.dev, "Understand and count tokens").
    imageTokens: (height, width) =>
      258 * (Math.max(height, width) <= 384 ? 1 : Math.ceil(height / 768) * Math.ceil(width / 768)),
    async ask(question, signal) {
      const images = question.images.map(({ bytes, mimeType }) => ({
        inlineData: { mimeType, data: bytes.toString('base64') },
      }));
      const generationConfig = {
        ...configOf(question),
        ...(thinkingBudget !== undefined && { thinkingConfig: { thinkingBudget } }),
        ...(logprobs && { responseLogprobs: true }),
      };
      const contents = [{ role: 'user', parts: [{ text: question.text }, ...images] }];
      return replyOf(await send(() => client.generateContent({ contents, generationConfig }, { signal })));
    },
  };
}

function configOf({ mode, classes, images, temperature, maxOutputTokens }: Question): GenerationConfig {
  const limits = { temperature, maxOutputTokens };
  if (mode === 'text') return limits;
  const names: Schema = { type: SchemaType.STRING, format: 'enum', enum: [...classes] };
  if (images.length === 1) return { ...limits, responseMimeType: 'text/x.enum', responseSchema: names };
  const properties: Record<string, Schema> = { image: { type: SchemaType.INTEGER }, class: names };
  const items: Schema = { type: SchemaType.OBJECT, properties, required: ['image', 'class'] };
  return { ...limits, responseMimeType: 'application/json', responseSchema: { type: SchemaType.ARRAY, items } };
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

const blocked: ReadonlySet<string> = new Set([
  ...[FinishReason.SAFETY, FinishReason.RECITATION, FinishReason.LANGUAGE, FinishReason.BLOCKLIST],
  ...[FinishReason.PROHIBITED_CONTENT, FinishReason.SPII, 'IMAGE_SAFETY'],
]);

/** What is used of a response; nothing of it is certain to be there. */
interface Response {
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: unknown; readonly thought?: unknown }[] };
    readonly finishReason?: string;
    readonly avgLogprobs?: unknown;
  }[];
  readonly promptFeedback?: { readonly blockReason?: string };
  readonly usageMetadata?: Readonly<Record<string, unknown>>;
}

function replyOf(response: unknown): Reply {
  const { candidates, promptFeedback, usageMetadata } = response as Response;
  const count = (name: string): number => Number(usageMetadata?.[name]) || 0;
  const written = count('candidatesTokenCount');
  const tokens = usageMetadata && {
    tokens: { input: count('promptTokenCount'), output: written + count('thoughtsTokenCount') },
  };
  if (promptFeedback?.blockReason) return { text: '', refused: `blocked: ${promptFeedback.blockReason}`, ...tokens };
  const [candidate] = candidates ?? [];
  const parts = candidate?.content?.parts ?? [];
  if (!Array.isArray(parts))
    throw new AnnotatorError('The answer has an unknown form', { kind: 'transient', perhapsCharged: true });
  const text = (parts as { text?: unknown; thought?: unknown }[])
    .map((part) => (typeof part?.text === 'string' && !part.thought ? part.text : ''))
    .join('');
  const reason = candidate?.finishReason ?? '';
  if (blocked.has(reason)) return { text, refused: `blocked: ${reason}`, ...tokens };
  if (reason === 'MAX_TOKENS') return { text, refused: 'cut off at the output limit', ...tokens };
  const mean = candidate?.avgLogprobs;
  const confidence = typeof mean === 'number' && mean <= 0 && written > 0 && { confidence: Math.exp(mean * written) };
  return { text, ...tokens, ...confidence };
}
