/** Distribution functions that the tests need, in double precision; held against scipy.stats by the test. */

/** P(Z <= z) of the standard normal. */
export function normalCdf(z: number): number {
  const tail = 0.5 * upperGamma(0.5, (z * z) / 2);
  return z > 0 ? 1 - tail : tail;
}

/** The z with P(Z <= z) = p: Newton's steps from the middle, kept inside a shrinking bracket. */
export const normalQuantile = (p: number): number => solve(normalCdf, p, -40, 40);

/** P(|T| >= |t|) of Student's t with `freedom` degrees of freedom (Abramowitz and Stegun 26.7.1). */
export function studentTwoSided(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** P(X >= x) of chi squared with `freedom` degrees of freedom. */
export const chiSquaredUpper = (x: number, freedom: number): number => upperGamma(freedom / 2, x / 2);

/**
 * The q with P(range of `groups` standard normals <= q) = `level`: the studentized range with infinite degrees of
 * freedom, k times the integral of phi(z) (Phi(z) - Phi(z - q))^(k - 1), by Simpson's rule.
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
  return solve(cdf, level, 0, 20);
}

/** Where an increasing function takes a value, by halving. */
function solve(increasing: (x: number) => number, value: number, low: number, high: number): number {
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (increasing(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** ln Gamma(x), x > 0: Stirling's series (Abramowitz and Stegun 6.1.40) after moving x above 10. */
function logGamma(x: number): number {
  let shift = 0;
  for (; x < 10; x++) shift += Math.log(x);
  const r = 1 / (x * x);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** The regularised upper incomplete gamma function Q(a, x): its series (6.5.29) or its continued fraction (6.5.31). */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x > a + 1)
    return (
      front *
      continuedFraction(
        (i) => (i === 0 ? 1 : -i * (i - a)),
        (i) => x + 2 * i + 1 - a,
      )
    );
  let [term, sum] = [1 / a, 1 / a];
  for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) sum += term *= x / (a + n);
  return 1 - front * sum;
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (26.5.8) on the side where it is fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a),
  );
  const numerator = (i: number): number => {
    if (i === 0) return 1;
    const m = Math.floor(i / 2);
    return i % 2
      ? -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
      : (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
  };
  return front * continuedFraction(numerator, () => 1);
}

/** a0 / (b0 + a1 / (b1 + ...)), by Lentz's method. */
function continuedFraction(a: (i: number) => number, b: (i: number) => number): number {
  const tiny = 1e-300;
  let [value, c, d] = [tiny, tiny, 0];
  for (let i = 0; i < 10_000; i++) {
    d = 1 / (b(i) + a(i) * d || tiny);
    c = b(i) + a(i) / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}
