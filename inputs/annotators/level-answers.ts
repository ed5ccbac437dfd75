import { MISSING, OUTSIDE, REFUSED } from '../../lib/data/answer-code';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import type { Level } from './provider';
import type { JournalLine } from './journal-line';
import { printable } from './printable';

/** All answers of one annotator on one level. */
export interface LevelAnswers {
  /** As captions name it. */
  readonly annotator: string;
  /** For each pool image: the class named, else OUTSIDE, REFUSED or MISSING. */
  readonly labels: Int32Array;
  /** Pool images never asked about. */
  readonly missing: number;
  /** 0 to 1; of the answer where log-probabilities were given, else the share of repeated answers that agree. */
  readonly confidence?: Float32Array;
  /** For each pool image, the name said that is outside the list, in plain letters; "" where it is in the list, or there is none. */
  readonly outside?: readonly string[];
  /** For each pool image, what was named, best first; where some answers are lists. */
  readonly ranked?: readonly Int32Array[];
  /** [pool, classes], where some answers have probabilities; rows of zeros for those that have none. */
  readonly probabilities?: Matrix;
  /** US dollars, where a price was set. */
  readonly price?: number;
}

/** What a line says: an index into the classes or a code. */
export type Reading = (line: JournalLine) => number;

export function readingOf(level: Level, classes: ReadonlyMap<string, number>, dataset: string): Reading {
  return ({ status, granularity, label, group }) => {
    if (status === 'refused') return REFUSED;
    const name = granularity === 'both' && level === 'coarse' ? group : label;
    if (name === null || name === undefined) return OUTSIDE;
    const k = classes.get(name);
    check(
      k !== undefined,
      () =>
        `The journal names "${printable(name)}", which is no class of ${dataset}: it was made for another list of classes; take that list, or make a journal for this one (npm run annotate)`,
    );
    return k;
  };
}

/**
 * What the images' answers come to: of repeated ones the most frequent.
 * @throws InputError for lines of several models, or to several questions.
 */
export function voted(chosen: readonly JournalLine[], byImage: readonly JournalLine[][], read: Reading): LevelAnswers {
  const { annotator, model } = oneSource(chosen);
  const confidence = new Float32Array(byImage.length);
  let sure = true;
  const labels = Int32Array.from(byImage, (own, i) => {
    if (!own.length) return MISSING;
    const vote = voteOf(own.map(read));
    const given = own.length > 1 ? vote.share : own[0]!.confidence;
    confidence[i] = vote.label < 0 ? 0 : (given ?? 0);
    sure &&= vote.label < 0 || given !== undefined;
    return vote.label;
  });
  const priced = chosen.filter(({ price }) => price !== undefined);
  const outside = byImage.map(([line], i) => (labels[i] === OUTSIDE && line ? plainName(line.raw) : ''));
  return {
    annotator: `${printable(model)} (${printable(annotator)})`,
    labels,
    outside,
    missing: labels.filter((label) => label === MISSING).length,
    ...(sure && { confidence }),
    ...(priced.length && { price: priced.reduce((sum, line) => sum + line.price!, 0) }),
  };
}

/** So that the spellings of a name are one: letters and digits in lower case, at most 60; a longer text is no name. */
function plainName(text: string): string {
  const plain = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return plain.length <= 60 ? plain : '';
}

function oneSource(lines: readonly JournalLine[]): JournalLine {
  const sources = new Map<string, number>();
  for (const line of lines) {
    const words = `model ${printable(line.model)}, prompt ${printable(line.prompt)}`;
    sources.set(words, (sources.get(words) ?? 0) + 1);
  }
  check(
    sources.size === 1,
    () =>
      `The journal holds ${lines[0]!.granularity} answers from ${sources.size} sources; choose a model and a prompt: ` +
      [...sources].map(([words, count]) => `${words} (${count} answers)`).join('; '),
  );
  return lines[0]!;
}

/** The most frequent of some answers, the earlier one of equals, and its share. */
function voteOf(answers: readonly number[]): { label: number; share: number } {
  const votes = new Map<number, number>();
  for (const label of answers) votes.set(label, (votes.get(label) ?? 0) + 1);
  const [label, count] = [...votes].reduce((most, one) => (one[1] > most[1] ? one : most));
  return { label, share: count / answers.length };
}

/** Lists and probabilities, of each image's first answer; those to the question for both levels are of fine classes. */
export function graded(
  level: Level,
  classes: ReadonlyMap<string, number>,
  byImage: readonly JournalLine[][],
  read: Reading,
): Pick<LevelAnswers, 'ranked' | 'probabilities'> {
  const firsts = byImage.map(([line]) =>
    line && (level === 'fine' || line.granularity === level) && line.status !== 'refused' ? line : undefined,
  );
  const ranked = firsts.map((line) =>
    Int32Array.from(line ? (line.ranked?.map((name) => classes.get(name) ?? OUTSIDE) ?? [read(line)]) : []),
  );
  const probabilities = matrix(firsts.length, classes.size);
  firsts.forEach((line, i) => {
    for (const [name, p] of Object.entries(line?.probabilities ?? {}))
      if (classes.has(name)) row(probabilities, i)[classes.get(name)!] = p;
  });
  return {
    ...(firsts.some((line) => line?.ranked) && { ranked }),
    ...(firsts.some((line) => line?.probabilities) && { probabilities }),
  };
}
