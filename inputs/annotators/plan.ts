import type { Dataset } from '../../lib/data/dataset';
import { encodedPicture } from '../../lib/data/pictures';
import { check } from '../../lib/errors';
import { createRandom } from '../../lib/random';
import { CUT_OFF, type Provider, type Granularity, type Tokens } from './provider';
import { imageHash } from './image-hash';
import type { AnswerKey, JournalLine } from './journal-line';
import { textTokens } from './price';
import type { Prompt } from './prompt';
import sharp from 'sharp';

/** An answer to buy. */
export interface Task {
  readonly index: number;
  readonly hash: string;
  readonly repetition: number;
}

export interface Plan {
  /** Answers wanted. */
  readonly wanted: number;
  /** Of these, answered already. */
  readonly known: number;
  readonly open: readonly Task[];
}

export interface PlanInput {
  readonly data: Dataset;
  readonly provider: Provider;
  readonly granularity: Granularity;
  readonly prompt: Prompt;
  /** Images: all of the pool. */
  readonly limit?: number | undefined;
  /** Seed of the order in which images are shown. */
  readonly seed: number;
  /** Asked about once more although there is a line: what was refused, or outside the list. */
  readonly again?: readonly JournalLine['status'][];
  readonly find: (key: AnswerKey) => JournalLine | undefined;
}

/**
 * Which answers are wanted and not there yet. Images come in a random order that the seed alone decides: so the first n of
 * them are a fair sample, part of any larger one, and so is whatever an interrupted run has got. Equal images are one.
 * An answer that was cut off is wanted again as soon as it may be longer.
 * @throws InputError for a limit that is no positive integer, or an image that cannot be read.
 */
export async function planAnswers(input: PlanInput): Promise<Plan> {
  const { data, provider, granularity, prompt, limit = data.pool.fine.length, seed, find, again = [] } = input;
  check(Number.isInteger(limit) && limit > 0, `Unexpected limit: ${limit}; expected a positive number of images`);
  const order = createRandom(seed).stream('annotate', 'order').permutation(data.pool.fine.length).slice(0, limit);
  const hashes = new Map<string, number>();
  for (const index of order) {
    const hash = await imageHash(data.pool, index);
    if (!hashes.has(hash)) hashes.set(hash, index);
  }
  const open: Task[] = [];
  for (let repetition = 0; repetition < prompt.repeats; repetition++)
    for (const [hash, index] of hashes) {
      const key = { image: hash, model: provider.model, prompt: prompt.hash, granularity, repetition };
      const line = find(key);
      if (!line || again.includes(line.status) || cutShorter(line, prompt)) open.push({ index, hash, repetition });
    }
  const wanted = hashes.size * prompt.repeats;
  return { wanted, known: wanted - open.length, open };
}

/** Tasks in groups of `size`, one repetition each. */
export function batchesOf(tasks: readonly Task[], size: number): Task[][] {
  const batches: Task[][] = [];
  for (const task of tasks) {
    const last = batches.at(-1);
    if (last && last.length < size && last[0]!.repetition === task.repetition) last.push(task);
    else batches.push([task]);
  }
  return batches;
}

/** Journals that do not tell the limit were filled under the usual one, 1,024. */
const cutShorter = ({ status, reason, maxOutputTokens = 1024 }: JournalLine, prompt: Prompt): boolean =>
  status === 'refused' && reason === CUT_OFF && maxOutputTokens < prompt.maxOutputTokens;

/** Why images have no usable answer to a question, most frequent first: "blocked: SAFETY", "outside the list". */
export function reasonsOf(
  { provider, prompt }: Pick<PlanInput, 'provider' | 'prompt'>,
  lines: Iterable<JournalLine>,
): [string, number][] {
  const counts = new Map<string, number>();
  for (const { status, reason, model, prompt: hash } of lines) {
    if (status === 'answered' || model !== provider.model || hash !== prompt.hash) continue;
    const words = status === 'outside' ? 'outside the list' : (reason ?? 'refused');
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

/**
 * Tokens that the open answers will take, about: as measured where the journal holds answers to the same question, else
 * the prompt by its length, the pictures by their size (a few are measured) and 8 tokens an answer.
 */
export async function estimateTokens(
  { data, provider, prompt }: PlanInput,
  { open }: Plan,
  lines: Iterable<JournalLine>,
): Promise<{ tokens: Tokens; measured: number }> {
  const paid = [...lines].filter((line) => line.tokens && line.prompt === prompt.hash && line.model === provider.model);
  const mean = (name: keyof Tokens): number => paid.reduce((sum, line) => sum + line.tokens![name], 0) / paid.length;
  if (paid.length)
    return { measured: paid.length, tokens: times({ input: mean('input'), output: mean('output') }, open.length) };
  const sample = open.filter((_, i) => i % Math.ceil(open.length / 8) === 0);
  let pictures = 0;
  for (const { index } of sample) pictures += await imageTokensOf(data, provider, index);
  const shown = prompt.examples.reduce((sum, { height, width }) => sum + provider.imageTokens(height, width), 0);
  const text = (textTokens(prompt.text) + shown) / prompt.batch;
  return {
    measured: 0,
    tokens: times({ input: text + pictures / Math.max(1, sample.length), output: 8 }, open.length),
  };
}

async function imageTokensOf({ pool }: Dataset, provider: Provider, index: number): Promise<number> {
  if (pool.images) return provider.imageTokens(pool.images.height, pool.images.width);
  const { height, width } = await sharp((await encodedPicture(pool, index)).bytes).metadata();
  return provider.imageTokens(height, width);
}

const times = ({ input, output }: Tokens, n: number): Tokens => ({
  input: Math.round(input * n),
  output: Math.round(output * n),
});
