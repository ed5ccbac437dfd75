import type { Dataset } from '../../lib/data/dataset';
import { groupsOf } from '../../lib/data/hierarchy';
import type { Matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import type { TrustedAnswers } from '../../lib/noise/answers';
import { estimateTransition } from '../../lib/noise/transition-matrix';
import { createRandom } from '../../lib/random';

/** What was measured at one x: a value a draw. */
export interface Measured {
  readonly x: number;
  readonly values: readonly number[];
}

/** The transition matrix as all pool images tell it: the truth that a trusted set can only estimate. */
export function wholeTransition(data: Dataset): Matrix {
  check(data.answers, `"${data.name}" has no annotator's answers`);
  const groups = groupsOf(data.hierarchy, data.pool.fine);
  return estimateTransition({ groups, answers: data.answers.coarse }, data.hierarchy.coarse.length, { strength: 0 });
}

/** Mean total variation distance of the rows: the probability mass that T has in the wrong places, 0 .. 1. */
export function transitionError(T: Matrix, truth: Matrix): number {
  check(
    T.rows === truth.rows && T.columns === truth.columns,
    `T is ${T.rows} x ${T.columns}, the truth ${truth.rows} x ${truth.columns}; expected the same`,
  );
  let sum = 0;
  T.data.forEach((p, i) => (sum += Math.abs(p - truth.data[i]!)));
  return sum / 2 / T.rows;
}

/**
 * How far T, estimated from so many trusted images drawn at random, is from the truth: {@link transitionError} in percent.
 * @param strength of T's prior, in answers.
 */
export function estimationErrors(
  data: Dataset,
  { sizes, draws, strength }: { sizes: readonly number[]; draws: number; strength: number },
): Measured[] {
  const truth = wholeTransition(data);
  const coarse = data.hierarchy.coarse.length;
  const outside = truth.columns > coarse;
  const errorOf = (size: number, draw: number): number => {
    const trusted = trustedAnswers(data, size, draw);
    return 100 * transitionError(estimateTransition(trusted, coarse, { strength, outside }), truth);
  };
  return measured(sizes, draws, errorOf);
}

/**
 * How many of the annotator's `top` strongest confusions (entries off the diagonal of the true T) are among the `top`
 * strongest of T as estimated from so many trusted images drawn at random.
 */
export function confusionsFound(
  data: Dataset,
  { sizes, draws, top }: { sizes: readonly number[]; draws: number; top: number },
): Measured[] {
  const truth = wholeTransition(data);
  const coarse = data.hierarchy.coarse.length;
  const strongest = (T: Matrix): Set<number> => {
    const off = [...T.data.keys()].filter((i) => Math.floor(i / T.columns) !== i % T.columns);
    return new Set(off.sort((a, b) => T.data[b]! - T.data[a]! || a - b).slice(0, top));
  };
  const real = strongest(truth);
  const foundIn = (size: number, draw: number): number => {
    const T = estimateTransition(trustedAnswers(data, size, draw), coarse, { outside: truth.columns > coarse });
    return [...strongest(T)].filter((entry) => real.has(entry)).length;
  };
  return measured(sizes, draws, foundIn);
}

const measured = (
  sizes: readonly number[],
  draws: number,
  valueOf: (size: number, draw: number) => number,
): Measured[] => sizes.map((x) => ({ x, values: Array.from({ length: draws }, (_, draw) => valueOf(x, draw)) }));

/** The annotator's answers to so many pool images drawn at random, beside their true groups: a trusted set. */
export function trustedAnswers(data: Dataset, size: number, seed = 0): TrustedAnswers {
  check(data.answers, `"${data.name}" has no annotator's answers`);
  const groups = groupsOf(data.hierarchy, data.pool.fine);
  check(size > 0 && size <= groups.length, `${size} trusted images of ${groups.length} in the pool; take 1 to all`);
  const rows = createRandom(seed).stream('trusted images').permutation(groups.length).slice(0, size);
  return { groups: rows.map((i) => groups[i]!), answers: rows.map((i) => data.answers!.coarse[i]!) };
}
