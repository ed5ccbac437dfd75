import type { Granularity, Tokens } from './provider';

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
  /** The class named, as the data set spells it; null where none is. */
  readonly label: string | null;
  /** Where both lists were asked about: the group named, likewise; `label` is the fine class then. */
  readonly group?: string | null;
  /** A ranked answer's names, best first; as the data set spells them where they are classes. */
  readonly ranked?: readonly string[];
  /** Probabilities of classes, by name; those not named have none. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** What the annotator wrote, its first 2,000 characters. */
  readonly raw: string;
  /** Characters that it wrote, where they were more. */
  readonly rawLength?: number;
  /** Why it was refused. */
  readonly reason?: string;
  /** Of an answer cut off: the limit on output that it hit. */
  readonly maxOutputTokens?: number;
  /** Probability of the answer, 0 to 1, where log-probabilities were given. */
  readonly confidence?: number;
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

/** A line without an answer, of journals in which failures of a server were written down as refusals. */
const isNone = ({ status, reason }: JournalLine): boolean => status === 'refused' && reason === 'empty answers';

/** The last line of each purchase: an answer that was bought again replaces the earlier one. */
export function latest(lines: Iterable<JournalLine>): Map<string, JournalLine> {
  const found = new Map<string, JournalLine>();
  for (const line of lines) if (!isNone(line)) found.set(keyOf(line), line);
  return found;
}

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
  const isText = (field: unknown): boolean => typeof field === 'string';
  const { granularity, ranked = [], probabilities = {} } = line;
  const right =
    [line.image, line.model, line.prompt, line.raw].every(isText) &&
    Number.isInteger(line.index) &&
    Number.isInteger(line.repetition) &&
    ['fine', 'coarse', 'both'].includes(String(granularity)) &&
    (line.status === 'answered'
      ? isText(line.label) || (granularity === 'both' && isText(line.group))
      : ['outside', 'refused'].includes(String(line.status))) &&
    Array.isArray(ranked) &&
    ranked.every(isText) &&
    typeof probabilities === 'object' &&
    probabilities !== null &&
    Object.values(probabilities).every((p) => typeof p === 'number' && p >= 0);
  return right ? (line as unknown as JournalLine) : undefined;
}
