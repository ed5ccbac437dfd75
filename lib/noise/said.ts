import type { Hierarchy } from '../data/hierarchy';
import { firstWrong, type Matrix } from '../engine/matrix';
import { check } from '../errors';

/** What an annotator said of pool rows, those that a human labelled included. Codes: -1 outside the list, -2 no answer. */
export interface AnswerSet {
  /** [n], each row once */ readonly rows: Int32Array;
  /** [n] groups named */ readonly coarse?: Int32Array;
  /** [n] fine classes named */ readonly fine?: Int32Array;
  /** [n] the name said in place of a fine class of the list, "" where there is none */
  readonly outside?: readonly string[];
  /** [n] fine classes named, best first; the first stands for `fine` where that is not given */
  readonly ranked?: readonly Int32Array[];
  /** [n, C] or [n, K], a column more for "outside": probabilities, in place of the one answer of that level */
  readonly probabilities?: Matrix;
}

/** Answers to images whose classes are known. */
export interface KnownAnswers extends AnswerSet {
  /** [n] */ readonly labels: Int32Array;
}

/** `fine` and `coarse`: the one answer; `later`: the fine classes named after the best. */
export type AnswerKind = 'fine' | 'coarse' | 'later';

/**
 * The answers to one question: of image i, the columns `columns[at]` with the shares `shares[at]`, at = start[i] ..
 * start[i + 1] - 1; none where it was not answered. A single answer has share 1, a probability vector its probabilities.
 */
export interface Said {
  readonly question: AnswerKind;
  /**
   * Columns in all: the classes, then for fine answers the names outside the list that were said more than once, each of
   * which may stand for a class as a synonym does; the last one is "outside the list".
   */
  readonly width: number;
  readonly start: Int32Array;
  readonly columns: Int32Array;
  readonly shares: Float32Array;
  /** Whether every image has one answer at most, with share 1. */
  readonly single: boolean;
}

/** Probabilities below this are left out. */
const NEGLIGIBLE = 1e-3;

type Shares = readonly (readonly [column: number, share: number])[];

/**
 * The questions that an answer set answers. @throws InputError for answers that do not fit the rows or the classes.
 */
export function questions(answers: AnswerSet, { fine, coarse }: Hierarchy): Said[] {
  const { rows, probabilities, ranked } = answers;
  const n = rows.length;
  const [K, C] = [fine.length, coarse.length];
  const vectorOf =
    probabilities && (probabilities.columns === C || probabilities.columns === C + 1 ? 'coarse' : 'fine');
  check(
    !probabilities || [C, C + 1, K, K + 1].includes(probabilities.columns),
    () => `${probabilities!.columns} probabilities an answer; expected ${C} groups or ${K} classes, or one more`,
  );
  const wrong = probabilities && firstWrong(probabilities, (p) => p >= 0 && p < Infinity);
  check(
    !wrong,
    () => `Unexpected probability: ${wrong!.value} (answer ${wrong!.row}, column ${wrong!.column}); expected 0 or more`,
  );
  const one = (label: number, classes: number): Shares => {
    check(
      label >= -2 && label < classes,
      `Unexpected answer: ${label}; expected -2 (none), -1 (outside) to ${classes - 1}`,
    );
    return label === -2 ? [] : [[label < 0 ? classes : label, 1]];
  };
  const vector = (i: number): Shares => {
    const { columns, data } = probabilities!;
    return Array.from(data.subarray(i * columns, (i + 1) * columns), (p, j) => [j, p] as const).filter(
      ([, p]) => p >= NEGLIGIBLE,
    );
  };
  for (const [what, given] of [
    ['fine answers', answers.fine?.length],
    ['coarse answers', answers.coarse?.length],
    ['ranked answers', ranked?.length],
    ['rows of probabilities', probabilities?.rows],
    ['names outside the list', answers.outside?.length],
  ] as const)
    check(given === undefined || given === n, () => `${given} ${what} for ${n} rows; expected one a row`);
  const all: Said[] = [];
  const first = answers.fine ?? (ranked && Int32Array.from(ranked, (names) => names[0] ?? -2));
  if (vectorOf === 'fine') all.push(said('fine', K + 1, n, vector));
  else if (first) {
    const names = namesSaidAgain(answers.outside ?? []);
    const width = K + names.size + 1;
    all.push(
      said('fine', width, n, (i) =>
        one(first[i]!, K).map(([k, share]) => [
          k < K ? k : K + (names.get(answers.outside?.[i] ?? '') ?? names.size),
          share,
        ]),
      ),
    );
  }
  if (vectorOf === 'coarse') all.push(said('coarse', C + 1, n, vector));
  else if (answers.coarse) all.push(said('coarse', C + 1, n, (i) => one(answers.coarse![i]!, C)));
  if (ranked)
    all.push(said('later', K + 1, n, (i) => Array.from(ranked[i]!.subarray(1)).flatMap((name) => one(name, K))));
  return all;
}

/** The names that were said more than once, numbered in alphabetical order. */
function namesSaidAgain(said: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of said) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].flatMap(([name, n]) => (n > 1 ? [name] : []));
  return new Map(names.sort().map((name, i) => [name, i]));
}

function said(question: AnswerKind, width: number, n: number, of: (i: number) => Shares): Said {
  const start = new Int32Array(n + 1);
  const [columns, shares]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    for (const [column, share] of of(i)) {
      columns.push(column);
      shares.push(share);
    }
    start[i + 1] = columns.length;
  }
  const single = columns.length <= n && start.every((at, i) => i === 0 || at - start[i - 1]! <= 1);
  return {
    question,
    width,
    start,
    single: single && shares.every((share) => share === 1),
    columns: Int32Array.from(columns),
    shares: Float32Array.from(shares),
  };
}

/** The one answer to image i of a single question, -1 if there is none. */
export const onlyAnswer = ({ start, columns }: Said, i: number): number =>
  start[i + 1]! > start[i]! ? columns[start[i]!]! : -1;
