import quantile from '@stdlib/stats-base-dists-beta-quantile';
import { check } from '../errors';

/**
 * The p-quantile of the Beta(a, b) distribution. A parameter of 0 leaves all mass at one end: 0 for a, 1 for b.
 * @throws InputError for a p outside 0..1, a negative parameter, or two of 0.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  check(p >= 0 && p <= 1, `Unexpected probability: ${p}; expected 0 to 1`);
  check(a >= 0 && b >= 0 && a + b > 0, `Unexpected parameters of a Beta distribution: ${a}, ${b}; expected 0 or more`);
  if (a === 0) return 0;
  if (b === 0) return 1;
  return quantile(p, a, b);
}
