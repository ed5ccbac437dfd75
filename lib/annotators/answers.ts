import { withAnswers, type Dataset, type RecordedAnswers } from '../datasets/dataset';
import { loadDataset } from '../datasets/registry';
import { check } from '../errors';
import type { Granularity } from './annotator';
import { imageHash } from './image-hash';
import { readJournal } from './journal';
import type { JournalLine } from './journal-line';
import { printable } from './printable';

/** What stands where no class was named. */
export const [OUTSIDE, REFUSED, MISSING] = [-1, -2, -3] as const;

/** All answers of one annotator on one level. */
export interface LevelAnswers {
  /** As captions name it. */
  readonly annotator: string;
  /** For each pool image: the class named, else {@link OUTSIDE}, {@link REFUSED} or {@link MISSING} (never asked). */
  readonly labels: Int32Array;
  /** Pool images never asked about. */
  readonly missing: number;
  /** 0 to 1; of the answer where log-probabilities were given, else the share of repeated answers that agree. */
  readonly confidence?: Float32Array;
  /** US dollars, where a price was set. */
  readonly price?: number;
}

export interface JournalChoice {
  /** Whose answers, and to which question, where the journal holds several. */
  readonly model?: string;
  readonly prompt?: string;
}

/**
 * A level's answers from a journal's lines, matched to the pool by the images' content. Where an image was asked about
 * repeatedly the answer given most often counts, the earlier one of equals. Undefined if the journal has none.
 * @throws InputError if it holds answers of several models or to several questions and none is chosen, or a label that is
 * no class of the data set.
 */
export async function levelAnswers(
  lines: readonly JournalLine[],
  data: Dataset,
  granularity: Granularity,
  { model, prompt }: JournalChoice = {},
): Promise<LevelAnswers | undefined> {
  const chosen = lines.filter(
    (line) =>
      line.granularity === granularity && (!model || line.model === model) && (!prompt || line.prompt === prompt),
  );
  if (!chosen.length) return undefined;
  const { annotator, model: answering } = oneSource(chosen, granularity);
  const byImage = new Map<string, JournalLine[]>();
  for (const line of chosen) byImage.set(line.image, [...(byImage.get(line.image) ?? []), line]);
  const classes = new Map(data.hierarchy[granularity].map((name, k) => [name, k]));
  const labels = new Int32Array(data.pool.fine.length).fill(MISSING);
  const confidence = new Float32Array(labels.length);
  let sure = true;
  for (let i = 0; i < labels.length; i++) {
    const own = byImage.get(await imageHash(data.pool, i));
    if (!own) continue;
    const vote = voteOf(own.map((line) => labelOf(line, classes, data.name)));
    labels[i] = vote.label;
    const given = own.length > 1 ? vote.share : own[0]!.confidence;
    confidence[i] = vote.label < 0 ? 0 : (given ?? 0);
    sure &&= vote.label < 0 || given !== undefined;
  }
  const missing = labels.filter((label) => label === MISSING).length;
  const priced = chosen.filter(({ price }) => price !== undefined);
  return {
    ...{ annotator: `${printable(answering)} (${printable(annotator)})`, labels, missing },
    ...(sure && { confidence }),
    ...(priced.length && { price: priced.reduce((sum, line) => sum + line.price!, 0) }),
  };
}

function oneSource(lines: readonly JournalLine[], granularity: Granularity): JournalLine {
  const sources = new Map<string, number>();
  for (const line of lines) {
    const words = `model ${printable(line.model)}, prompt ${printable(line.prompt)}`;
    sources.set(words, (sources.get(words) ?? 0) + 1);
  }
  check(
    sources.size === 1,
    () =>
      `The journal holds ${granularity} answers from ${sources.size} sources; choose a model and a prompt: ` +
      [...sources].map(([words, count]) => `${words} (${count} answers)`).join('; '),
  );
  return lines[0]!;
}

function labelOf({ status, label }: JournalLine, classes: ReadonlyMap<string, number>, dataset: string): number {
  if (status !== 'answered') return status === 'outside' ? OUTSIDE : REFUSED;
  const k = classes.get(label!);
  check(k !== undefined, () => `The journal names "${printable(label!)}", which is no class of ${dataset}`);
  return k;
}

/** The most frequent of some answers, the earlier one of equals, and its share. */
function voteOf(answers: readonly number[]): { label: number; share: number } {
  const votes = new Map<number, number>();
  for (const label of answers) votes.set(label, (votes.get(label) ?? 0) + 1);
  const [label, count] = [...votes].reduce((most, one) => (one[1] > most[1] ? one : most));
  return { label, share: count / answers.length };
}

/**
 * A journal's answers as those of a data set; refused ones stand as outside the list.
 * @param complete An InputError if a pool image has no coarse answer (the default); else such images stand as outside the
 * list too, and `missing` tells how many they are.
 */
export async function answersFromJournal(
  file: string,
  data: Dataset,
  { complete = true, ...choice }: JournalChoice & { readonly complete?: boolean } = {},
): Promise<{ answers: RecordedAnswers; missing: { coarse: number; fine?: number } }> {
  const { lines } = readJournal(file);
  const coarse = await levelAnswers(lines, data, 'coarse', choice);
  const fine = await levelAnswers(lines, data, 'fine', { ...(choice.model && { model: choice.model }) });
  const command = `npm run annotate -- --dataset ${data.name} --granularity coarse --out ${file}`;
  check(coarse, `${file} holds no coarse answers; buy them with "${command} --annotator …"`);
  check(
    !complete || !coarse.missing,
    `${file} has no coarse answer to ${coarse.missing} of ${coarse.labels.length} pool images of ${data.name}; ` +
      `buy the rest with "${command} --annotator …", or allow them to be missing`,
  );
  const named = (labels: Int32Array): Int32Array => labels.map((label) => Math.max(OUTSIDE, label));
  const { annotator, confidence } = coarse;
  return {
    answers: {
      ...{ annotator, coarse: named(coarse.labels) },
      ...(fine && { fine: named(fine.labels) }),
      ...(confidence && { confidence }),
    },
    missing: { coarse: coarse.missing, ...(fine && { fine: fine.missing }) },
  };
}

/** "typefaces@answers.jsonl": a data set's name and a journal. */
const withJournal = /^(.+)@([^@]+\.jsonl)$/;

/**
 * A data set by name; NAME@FILE.jsonl is the data set with a journal's answers in place of its own, so that experiments,
 * grids and their workers can use a real annotator's.
 * @throws InputError for an unknown name, a file that is no journal, or one that does not answer all pool images.
 */
export async function loadAnnotated(reference: string): Promise<Dataset> {
  const [, name, journal] = withJournal.exec(reference) ?? [];
  if (name === undefined || journal === undefined) return loadDataset(reference);
  const data = await loadDataset(name);
  return withAnswers(data, (await answersFromJournal(journal, data)).answers);
}
