import { check } from '../errors';

/**
 * The p-quantile of the Beta(a, b) distribution, to 1e-12, by bisection of its distribution function. A parameter of 0
 * leaves all mass at one end: 0 for a, 1 for b.
 * @throws InputError for a p outside 0..1, a negative parameter, or two of 0.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  check(p >= 0 && p <= 1, `Unexpected probability: ${p}; expected 0 to 1`);
  check(a >= 0 && b >= 0 && a + b > 0, `Unexpected parameters of a Beta distribution: ${a}, ${b}; expected 0 or more`);
  if (a === 0) return 0;
  if (b === 0) return 1;
  const scale = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b));
  let [low, high] = [0, 1];
  for (let i = 0; i < 42; i++) {
    const middle = (low + high) / 2;
    if (regularised(middle, a, b, scale) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X <= x), the regularised incomplete beta function, for 0 < x < 1; `scale` = 1 / B(a, b). */
function regularised(x: number, a: number, b: number, scale: number): number {
  const front = scale * Math.exp(a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(1 - x, b, a)) / b;
}

/** DLMF 8.17.22, evaluated from the front by Lentz's method (as modified by Thompson and Barnett, 1986). */
function continuedFraction(x: number, a: number, b: number): number {
  const nonZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 10000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const term of [even, odd]) {
      d = 1 / nonZero(1 + term * d);
      c = nonZero(1 + term / c);
      factor = c * d;
      value *= factor;
    }
    if (Math.abs(factor - 1) < 1e-14) break;
  }
  return value;
}

/** log gamma(x) for x > 0: Stirling's series (DLMF 5.11.1) from 10 on, reached by gamma(x + 1) = x gamma(x). */
function logGamma(x: number): number {
  let shift = 0;
  for (; x < 10; x++) shift -= Math.log(x);
  const y = 1 / (x * x);
  const series = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x;
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
