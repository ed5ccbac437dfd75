import { mean } from '../../numbers';
import { studentTwoSided } from './distributions';
import { halfWidth } from './spread';

/** What paired differences say of their mean: its 95 % interval, and the paired t-test's two-sided p. */
export interface PairedT {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
}

/**
 * Student's t on differences, one a seed: p is below 0.05 exactly where the interval leaves out 0. A single difference decides
 * nothing (p = 1, its own value as interval); differences that are all the same leave no doubt (p = 0, unless they are 0).
 */
export function pairedT(differences: readonly number[]): PairedT {
  const [m, half] = [mean(differences), halfWidth(differences, 'ci95')];
  const interval = { mean: m, low: m - half, high: m + half };
  const n = differences.length;
  if (n < 2 || m === 0) return { ...interval, p: 1 };
  const deviation = halfWidth(differences, 'sd');
  return { ...interval, p: deviation === 0 ? 0 : studentTwoSided((m * Math.sqrt(n)) / deviation, n - 1) };
}
