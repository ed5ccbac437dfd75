/** A share and its 95 % confidence interval, 0 to 1. */
export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Wilson's score interval (E. B. Wilson, JASA 1927) of `right` out of `n`; 0 of 0 may be anything. */
export function wilson(right: number, n: number): Interval {
  if (n === 0) return { share: 0, low: 0, high: 1 };
  const z = 1.959963984540054;
  const share = right / n;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
