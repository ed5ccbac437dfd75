import { matrix, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import { sum } from '../numbers';
import type { TrustedAnswers } from './answers';
import { betaQuantile } from './beta';
import { concentration, posteriorMean, type DirichletRows } from './dirichlet';
import { transitionRows, type TransitionOptions } from './transition-matrix';

/** T and how far each of its entries is known; all [C, C], or [C, C + 1] with a column for outside answers. */
export interface TransitionPosterior {
  /** T as it is trained with: the posterior mean. */ readonly mean: Matrix;
  /** The equal-tailed credible interval of each entry by itself. */
  readonly low: Matrix;
  readonly high: Matrix;
}

export interface PosteriorOptions extends TransitionOptions {
  /** Probability that an entry lies in its interval. Default 0.95. */
  level?: number;
}

/**
 * The transition matrix with a credible interval for every entry, from answers to trusted images. A row is Dirichlet, so
 * an entry by itself is Beta(its parameter, the rest of the row's). With strength 0, an answer never seen has [0, 0] and
 * a group never seen [0, 1].
 * @example
 * const trusted = { groups: Int32Array.of(0, 0, 1), answers: Int32Array.of(0, 1, 1) };
 * const { mean, low, high } = transitionPosterior(trusted, 2); // [2, 2] each
 */
export function transitionPosterior(
  trusted: TrustedAnswers,
  coarse: number,
  { level = 0.95, ...options }: PosteriorOptions = {},
): TransitionPosterior {
  return withIntervals(transitionRows(trusted, coarse, options), level);
}

/** The mean and the marginal intervals of Dirichlet rows. */
export function withIntervals(rows: DirichletRows, level = 0.95): TransitionPosterior {
  checkLevel(level);
  const mean = posteriorMean(rows);
  const [low, high] = [matrix(mean.rows, mean.columns), matrix(mean.rows, mean.columns)];
  for (let i = 0; i < mean.rows; i++) {
    const total = concentration(rows, i);
    for (let j = 0; j < mean.columns; j++) {
      const at = i * mean.columns + j;
      [low.data[at], high.data[at]] = interval(mean.data[at]!, total, level);
    }
  }
  return { mean, low, high };
}

export interface TrustedImagesOptions extends PosteriorOptions {
  /** Half the width that no entry's interval may exceed, e.g. 0.1. */
  halfWidth: number;
  /** Each group's share of the images that trusted ones are drawn from. Default: all alike. */
  shares?: ArrayLike<number>;
}

export interface TrustedImagesNeeded {
  /** [C] trusted images of each group, those there are included. */ readonly perGroup: Int32Array;
  /** In all, if they can be chosen group by group. */ readonly total: number;
  /** In all, if they are drawn at random, so that every group may expect its number. */ readonly atRandom: number;
}

/**
 * How many trusted images T needs, were the annotator as the answers so far say: for each group the fewest for which the
 * interval of its row's most uncertain entry (the one of largest variance, next to 1/2) is at most `halfWidth` to
 * either side.
 * @throws InputError for an invalid half-width or level, or shares that are not positive.
 * @example
 * const trusted = { groups: Int32Array.of(0, 0, 1), answers: Int32Array.of(0, 1, 1) };
 * const { perGroup, total } = trustedImagesNeeded(trusted, 2, { halfWidth: 0.1 });
 */
export function trustedImagesNeeded(
  trusted: TrustedAnswers,
  coarse: number,
  { halfWidth, shares, level = 0.95, ...options }: TrustedImagesOptions,
): TrustedImagesNeeded {
  check(halfWidth > 0 && halfWidth < 1, `Unexpected halfWidth: ${halfWidth}; expected above 0 and below 1`);
  checkLevel(level);
  const rows = transitionRows(trusted, coarse, options);
  const mean = posteriorMean(rows);
  const perGroup = Int32Array.from({ length: coarse }, (_, i) => {
    const entries = Array.from(mean.data.subarray(i * mean.columns, (i + 1) * mean.columns));
    const widest = entries.reduce((best, p) => (p * (1 - p) > best * (1 - best) ? p : best));
    const narrow = (images: number): boolean => {
      const [low, high] = interval(widest, images + rows.strength, level);
      return high - low <= 2 * halfWidth;
    };
    return fewest(narrow);
  });
  const share = shareOf(coarse, shares);
  const atRandom = perGroup.reduce((most, images, i) => Math.max(most, Math.ceil(images / share(i))), 0);
  return { perGroup, total: sum(perGroup), atRandom };
}

/** Of an entry with this mean in a row whose parameters sum to `total`. */
function interval(mean: number, total: number, level: number): [number, number] {
  if (total === 0) return [0, 1];
  const [a, b] = [total * mean, total * Math.max(0, 1 - mean)];
  return [betaQuantile((1 - level) / 2, a, b), betaQuantile((1 + level) / 2, a, b)];
}

/** The smallest number from 1 on for which it holds; it must go on holding from there. */
function fewest(holds: (n: number) => boolean): number {
  let enough = 1;
  while (!holds(enough)) enough *= 2;
  let short = enough >> 1;
  while (enough - short > 1) {
    const middle = (short + enough) >> 1;
    if (holds(middle)) enough = middle;
    else short = middle;
  }
  return enough;
}

function shareOf(coarse: number, shares: ArrayLike<number> | undefined): (group: number) => number {
  if (!shares) return () => 1 / coarse;
  const values = Array.from(shares);
  check(values.length === coarse, `${values.length} shares for ${coarse} groups; expected one each`);
  for (const share of values) check(share > 0, `Unexpected share: ${share}; expected more than 0`);
  const total = sum(values);
  return (group) => values[group]! / total;
}

function checkLevel(level: number): void {
  check(level > 0 && level < 1, `Unexpected level: ${level}; expected a probability above 0 and below 1, e.g. 0.95`);
}
