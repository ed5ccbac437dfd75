import gammaIncomplete from '@stdlib/math-base-special-gammainc';
import cdfOfNormal from '@stdlib/stats-base-dists-normal-cdf';
import quantileOfNormal from '@stdlib/stats-base-dists-normal-quantile';
import cdfOfStudent from '@stdlib/stats-base-dists-t-cdf';
import quantileOfStudent from '@stdlib/stats-base-dists-t-quantile';

/** P(Z <= z) of the standard normal. */
export const normalCdf = (z: number): number => cdfOfNormal(z, 0, 1);

/** The z with P(Z <= z) = p. */
export const normalQuantile = (p: number): number => quantileOfNormal(p, 0, 1);

/** P(|T| >= |t|) of Student's t with `freedom` degrees of freedom. */
export const studentTwoSided = (t: number, freedom: number): number => 2 * cdfOfStudent(-Math.abs(t), freedom);

/** The t with P(T <= t) = p. */
export const studentQuantile = (p: number, freedom: number): number => quantileOfStudent(p, freedom);

/** P(X >= x) of chi squared with `freedom` degrees of freedom, to full precision in the tail. */
export const chiSquaredUpper = (x: number, freedom: number): number => gammaIncomplete(x / 2, freedom / 2, true, true);

/**
 * The q with P(range of `groups` standard normals <= q) = `level`: the studentized range with infinite degrees of
 * freedom, k times the integral of phi(z) (Phi(z) - Phi(z - q))^(k - 1), by Simpson's rule; q by halving.
 */
export function studentizedRangeQuantile(level: number, groups: number): number {
  const [from, to, steps] = [-8, 8, 400];
  const h = (to - from) / steps;
  const points = Array.from({ length: steps + 1 }, (_, i) => from + i * h);
  const below = points.map(normalCdf);
  const cdf = (q: number): number =>
    points.reduce((sum, z, i) => {
      const weight = i === 0 || i === steps ? 1 : i % 2 ? 4 : 2;
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      return sum + weight * density * (below[i]! - normalCdf(z - q)) ** (groups - 1);
    }, 0) *
    ((groups * h) / 3);
  let [low, high] = [0, 20];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
