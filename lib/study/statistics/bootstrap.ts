import { check } from '../../errors';
import { mean, quantile, sum } from '../../numbers';
import { createRandom } from '../../random';
import { normalCdf, normalQuantile } from './distributions';

export interface BootstrapOptions {
  /** Share of intervals that should hold the true mean: 0.95. */
  readonly level?: number;
  /** Samples drawn: 10,000. */
  readonly resamples?: number;
  /** `bca`, the default: corrected for bias and skewness (Efron 1987). `percentile`: as the samples lie. */
  readonly method?: 'bca' | 'percentile';
  readonly seed?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * A bootstrap interval of the mean of paired differences, one a seed: as many are drawn with replacement, again and
 * again, and the means' quantiles are the interval. The same seed gives the same interval. One difference, or all of them
 * equal: that value. With few pairs (below about 10) such intervals are too narrow.
 * @throws InputError for no differences, or options that cannot be.
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, sections 13.3 and 14.3.
 */
export function bootstrapInterval(differences: readonly number[], options: BootstrapOptions = {}): Interval {
  const { level = 0.95, resamples = 10_000, method = 'bca', seed = 0 } = options;
  check(differences.length > 0, 'A bootstrap interval needs at least one difference');
  check(level > 0 && level < 1, `Unexpected level: ${level}; expected a share between 0 and 1`);
  check(
    Number.isInteger(resamples) && resamples > 0,
    `Unexpected resamples: ${resamples}; expected a positive integer`,
  );
  if (differences.every((value) => value === differences[0])) return { low: differences[0]!, high: differences[0]! };
  const means = resampledMeans(differences, resamples, seed);
  const tails = [(1 - level) / 2, (1 + level) / 2];
  const [low, high] = method === 'percentile' ? tails : correctedTails(tails, means, differences);
  return { low: quantile(means, low!), high: quantile(means, high!) };
}

/** Ascending. */
function resampledMeans(values: readonly number[], resamples: number, seed: number): Float64Array {
  const random = createRandom(seed).stream('bootstrap');
  const means = Float64Array.from({ length: resamples }, () => {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += values[random.integer(values.length)]!;
    return total / values.length;
  });
  return means.sort();
}

/** Efron's BCa: tails moved by the bias z0 and the acceleration a, which the jackknife gives (equation 14.15). */
function correctedTails(tails: readonly number[], means: Float64Array, values: readonly number[]): number[] {
  const m = mean(values);
  const below = means.reduce((count, value) => count + (value < m ? 1 : value === m ? 0.5 : 0), 0);
  const bias = normalQuantile(Math.min(Math.max(below, 0.5), means.length - 0.5) / means.length);
  const gaps = values.map((value) => (value - m) / (values.length - 1)); // mean of the jackknife minus one of its values
  const squares = sum(gaps.map((gap) => gap ** 2));
  const acceleration = sum(gaps.map((gap) => gap ** 3)) / (6 * squares ** 1.5);
  return tails.map((tail) => {
    const z = bias + normalQuantile(tail);
    return normalCdf(bias + z / (1 - acceleration * z));
  });
}
