import type { Granularity, Tokens } from './annotator';

/** One paid answer about one image. What a model wrote is bounded, and its control characters are escaped. */
export interface JournalLine {
  /** sha256 of the image's content, hex. */
  readonly image: string;
  /** Row of the pool when it was asked for; `image` decides. */
  readonly index: number;
  readonly dataset: string;
  readonly granularity: Granularity;
  readonly annotator: string;
  readonly model: string;
  /** Names the question: see `Prompt.hash`. */
  readonly prompt: string;
  /** From 0, where the same question is asked several times. */
  readonly repetition: number;
  readonly status: 'answered' | 'outside' | 'refused';
  /** The class named, as the data set spells it; null unless answered. */
  readonly label: string | null;
  /** What the annotator wrote, its first 2,000 characters. */
  readonly raw: string;
  /** Characters that it wrote, where they were more. */
  readonly rawLength?: number;
  /** Why it was refused. */
  readonly reason?: string;
  /** Probability of the answer, 0 to 1, where log-probabilities were given. */
  readonly confidence?: number;
  /** Of every class, in the hierarchy's order, where the annotator knows them. */
  readonly probabilities?: readonly number[];
  /** Of all tries for this image that were charged. */
  readonly tokens?: Tokens;
  /** US dollars, by the price that was set. */
  readonly price?: number;
  /** Of the reply. */
  readonly latencyMs: number;
  /** Requests until this answer. */
  readonly tries: number;
  /** ISO 8601. */
  readonly at: string;
}

export const LONGEST_RAW = 2000;

/** What makes two answers the same purchase. */
export type AnswerKey = Pick<JournalLine, 'image' | 'model' | 'prompt' | 'granularity' | 'repetition'>;

export const keyOf = ({ image, model, prompt, granularity, repetition }: AnswerKey): string =>
  JSON.stringify([image, model, prompt, granularity, repetition]);

/** A line of a journal; undefined if it is none. */
export function parseLine(text: string): JournalLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const line = { repetition: 0, ...value } as Partial<Record<keyof JournalLine, unknown>>;
  const texts = [line.image, line.model, line.prompt, line.raw].every((field) => typeof field === 'string');
  const right =
    texts &&
    Number.isInteger(line.index) &&
    Number.isInteger(line.repetition) &&
    (line.granularity === 'fine' || line.granularity === 'coarse') &&
    (line.status === 'answered'
      ? typeof line.label === 'string'
      : ['outside', 'refused'].includes(String(line.status)));
  return right ? (line as unknown as JournalLine) : undefined;
}
