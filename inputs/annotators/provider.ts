import type { EncodedPicture } from '../../lib/data/pictures';
import type { Example } from './guide';

/** A list of classes. */
export type Level = 'fine' | 'coarse';

/** What an annotator is asked for: a class of one of the lists, or of each in one request. */
export type Granularity = Level | 'both';

/** An image as an annotator is shown it. */
export interface ShownImage extends EncodedPicture {
  /** Row of the pool. */
  readonly index: number;
  /** sha256 of its content, hex. */
  readonly hash: string;
}

/** One request: images, the list of classes and what to do with them. */
export interface AnswerRequest {
  readonly granularity: Granularity;
  /** The whole instruction, list included. */
  readonly text: string;
  /** The classes' names as the text lists them, in its order; one line each. */
  readonly classes: readonly string[];
  /** The groups' names likewise, where both lists are asked about; `classes` are the fine ones then. */
  readonly groups?: readonly string[];
  /** Pictures of known class, shown before the others. */
  readonly examples?: readonly Example[];
  readonly images: readonly ShownImage[];
  /** `enum`: the provider is told to allow no other answer than a class, where it can. */
  readonly mode: 'text' | 'enum';
  readonly temperature: number;
  readonly maxOutputTokens: number;
  /** From 0; which of several equal questions about the same images this is. */
  readonly repetition: number;
}

/** Tokens that were charged. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** All of these. */
export function sumTokens(...parts: readonly (Tokens | undefined)[]): Tokens | undefined {
  const known = parts.filter((part): part is Tokens => part !== undefined);
  const sum = (name: keyof Tokens): number => known.reduce((total, part) => total + part[name], 0);
  return known.length ? { input: sum('input'), output: sum('output') } : undefined;
}

/** An answer or a refusal. Text is untrusted. */
export interface Reply {
  /** Empty only where refused. */
  readonly text: string;
  /** Why there is no answer: a safety block, a refusal, {@link CUT_OFF}. */
  readonly refused?: string;
  /** As the provider counted them. */
  readonly tokens?: Tokens;
  /** Probability of the whole answer, 0 to 1, where the provider gives log-probabilities. */
  readonly confidence?: number;
  /** Of every class asked for, adding up to 1, where the annotator knows them. */
  readonly probabilities?: ReadonlyMap<string, number>;
}

/**
 * Who answers. A provider only translates one question into one request and its reply back; retries, rates, spending,
 * parsing and the journal are the same for all and lie elsewhere.
 */
export interface Provider {
  /** "gemini"; the simulated and the recorded ones say what they are. */
  readonly name: string;
  readonly model: string;
  /** Images that it takes in one request. */
  readonly largestBatch: number;
  /** Whether it can be shown pictures of known class beside those in question. */
  readonly takesExamples?: boolean;
  /** Requests that it takes at a time, where more would be no faster. */
  readonly concurrency?: number;
  /** How long an answer may take, where that is longer than usual; ms. */
  readonly timeoutMs?: number;
  /** Whatever else changes its answers; answers given under other settings are not taken for these. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** What an image of this size costs, in input tokens; an estimate. */
  imageTokens(height: number, width: number): number;
  /** @throws ProviderError where there is no reply. */
  ask(question: AnswerRequest, signal: AbortSignal): Promise<Reply>;
}

export interface Failure {
  /**
   * `fatal`: no request can succeed (wrong key, unknown model); `exhausted`: none until a quota is renewed; `rejected`: not
   * this one (the server says that the request is wrong); `transient`: another try may succeed.
   */
  readonly kind: 'fatal' | 'exhausted' | 'rejected' | 'transient';
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
  /** The request may have been charged although no reply came. */
  readonly perhapsCharged?: boolean;
  /** What was charged for it, by the server's own count. */
  readonly tokens?: Tokens;
  /** The request is wrong because of what it shows: a filter refuses the image. */
  readonly blocked?: boolean;
}

/** The reason of an answer that hit the limit on output. */
export const CUT_OFF = 'cut off at the output limit';

/** No reply. Its message is for users: it names no key, and is told without a stack. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly withoutStack = true;

  constructor(
    message: string,
    readonly failure: Failure,
  ) {
    super(message);
  }
}

/** A reply that is no answer and no refusal either: asked again. */
export const noAnswer = (words: string, tokens?: Tokens): ProviderError =>
  new ProviderError(`The server replied without an answer (${words})`, {
    kind: 'transient',
    ...(tokens && { tokens }),
  });
