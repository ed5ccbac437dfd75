import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { OUTSIDE, REFUSED } from '../../lib/data/answer-code';
import type { Dataset, RecordedAnswers } from '../../lib/data/dataset';
import { createHierarchy, type Hierarchy } from '../../lib/data/hierarchy';
import { check, InputError } from '../../lib/errors';
import type { Random } from '../../lib/random';
import { repositoryRoot } from '../../lib/root';
import { readText } from '../../lib/text-file';

/** How often an annotator answered what to images of what: all that a study of it needs, without images or answers. */
export interface AnswerCounts {
  readonly annotator: string;
  /** What was looked at, and how sure it is which answer belongs to which image: for captions. */
  readonly images: string;
  readonly hierarchy: Hierarchy;
  /** Class, fine answer, coarse answer (each a class or a code below 0), and how many images. */
  readonly counts: readonly (readonly [truth: number, fine: number, coarse: number, images: number])[];
  /** Images whose class is the first, the second, ... of the names listed; where there are lists. */
  readonly ranks?: readonly number[];
}

/**
 * Counts of the fine and coarse answers of a data set.
 * @throws InputError where it has no fine ones.
 * @example
 * const data = await loadAnnotated('typefaces@answers.jsonl');
 * console.table([measuredRow(answerCounts(data, 'my annotator on the pool'))]);
 */
export function answerCounts(data: Dataset, images: string): AnswerCounts {
  const { hierarchy, pool, answers } = data;
  check(answers?.fine, `${data.name} has no fine answers to count; give it some: NAME@FILE.jsonl`);
  const { fine, coarse, fineRanked, annotator } = answers;
  const counts = new Map<string, number>();
  pool.fine.forEach((truth, i) => {
    const key = JSON.stringify([truth, fine[i], coarse[i]]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  const ranks = fineRanked?.map((names, i) => names.indexOf(pool.fine[i]!));
  const longest = Math.max(0, ...(fineRanked ?? []).map(({ length }) => length));
  return {
    annotator,
    images,
    hierarchy,
    counts: [...counts]
      .map(([key, n]) => [...(JSON.parse(key) as [number, number, number]), n] as const)
      .sort((a, b) => a[0] - b[0] || b[3] - a[3] || a[1] - b[1] || a[2] - b[2]),
    ...(ranks && { ranks: Array.from({ length: longest }, (_, at) => ranks.filter((rank) => rank === at).length) }),
  };
}

/** As a file holds them: one line of JSON; the classes as [name, group]. */
export function countsAsText({ hierarchy: { fine, coarse, groupOf }, counts, ...words }: AnswerCounts): string {
  return `${JSON.stringify({ ...words, classes: fine.map((name, k) => [name, coarse[groupOf[k]!]]), counts })}\n`;
}

const folder = path.join(repositoryRoot, 'inputs', 'annotators', 'measured');

/**
 * Names of the real annotators whose counts come with the library.
 * @example
 * for (const name of measuredAnnotators()) console.log(name, readAnswerCounts(name).annotator);
 */
export const measuredAnnotators = (): string[] =>
  readdirSync(folder).map((file) => path.basename(file, '.json')).sort(); // prettier-ignore

/**
 * Counts by the name of a {@link measuredAnnotators measured annotator}, or from a file.
 * @throws InputError for neither.
 * @example
 * const { hierarchy, counts } = readAnswerCounts('qwen2.5-vl-cub100');
 */
export function readAnswerCounts(reference: string): AnswerCounts {
  const own = path.join(folder, `${reference}.json`);
  const file = measuredAnnotators().includes(reference) ? own : path.resolve(repositoryRoot, reference);
  check(
    existsSync(file),
    `There are no answer counts "${reference}"; expected ${measuredAnnotators().join(', ')}, or a file made by npm run counts`,
  );
  try {
    const { classes, ...given } = JSON.parse(readText(file)) as Written;
    const hierarchy = createHierarchy(classes);
    const levels = [hierarchy.fine.length, hierarchy.fine.length, hierarchy.coarse.length];
    const fits = given.counts.every(
      (row) => row.length === 4 && row.every(Number.isInteger) && levels.every((size, at) => row[at]! < size) &&
        row[0] >= 0 && row[3] > 0,
    ); // prettier-ignore
    if (given.counts.length && fits) return { ...given, hierarchy };
  } catch (error) {
    if (error instanceof InputError) throw error;
  }
  throw new InputError(
    `${file} holds no answer counts; make it again: npm run counts -- --dataset D@FILE.jsonl --out FILE`,
  );
}

type Written = Omit<AnswerCounts, 'hierarchy'> & { readonly classes: [string, string][] };

/** The images and answers that were counted, one after another: what the study of granularity takes. */
export function asAnswered({ annotator, hierarchy, counts }: AnswerCounts) {
  const column = (at: 0 | 1 | 2): Int32Array =>
    Int32Array.from(counts.flatMap((row) => new Array<number>(row[3]).fill(row[at])));
  const level = (labels: Int32Array) => ({ annotator, labels, missing: 0 });
  return { data: { hierarchy, pool: { fine: column(0) } }, coarse: level(column(2)), fine: level(column(1)) };
}

/**
 * Answers to every pool image, drawn from what was counted for its class: a simulation of that annotator, with its habits.
 * Classes are matched by name; an answer that is no class of the data set is outside the list.
 * @throws InputError for a class of the data set that was not counted.
 */
export function drawnAnswers(
  data: Dataset,
  { annotator, hierarchy, counts }: AnswerCounts,
  random: Random,
): RecordedAnswers {
  const { fine, coarse } = data.hierarchy;
  const counted = new Map(hierarchy.fine.map((name, k) => [plain(name), k]));
  const [fineThere, coarseThere] = [translated(hierarchy.fine, fine), translated(hierarchy.coarse, coarse)];
  const byClass = fine.map((name) => {
    const rows = counts.filter(([truth]) => truth === counted.get(plain(name)));
    check(
      rows.length,
      `The counts of ${annotator} hold no class "${name}" of ${data.name}, but ${hierarchy.fine.slice(0, 3).join(', ')}, ...; take counts of the same classes`,
    );
    return { rows, images: rows.reduce((sum, row) => sum + row[3], 0) };
  });
  const drawn = Array.from(data.pool.fine, (k) => {
    let left = random.integer(byClass[k]!.images);
    return byClass[k]!.rows.find((row) => (left -= row[3]) < 0)!;
  });
  return {
    annotator: `simulated annotator (drawn from the answers of ${annotator})`,
    fine: Int32Array.from(drawn, (row) => fineThere(row[1])),
    coarse: Int32Array.from(drawn, (row) => coarseThere(row[2])),
  };
}

/** From a list's numbers to another's, by name; what is on neither, and a refusal, is outside. */
function translated(from: readonly string[], to: readonly string[]): (label: number) => number {
  const there = new Map(to.map((name, k) => [plain(name), k]));
  return (label) => (label <= REFUSED ? OUTSIDE : label < 0 ? label : (there.get(plain(from[label]!)) ?? OUTSIDE));
}

/** Names that differ in marks and capitals only are the same: "707/320", "707-320". */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
