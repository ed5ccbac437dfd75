import { sum } from '../../numbers';
import { normalCdf } from './distributions';
import { midRanks, tieSum } from './ranks';

export interface SignedRank {
  /** Sum of the ranks of the positive differences. */
  readonly positive: number;
  /** The smaller one of the two rank sums, as tables have it. */
  readonly statistic: number;
  /** Differences that are not 0. */
  readonly pairs: number;
  /** Two-sided. */
  readonly p: number;
}

/** Up to so many pairs the distribution is computed exactly. */
const EXACT = 100;

/**
 * Wilcoxon's signed-rank test of paired differences, one a seed. Zeros are left out (Wilcoxon's own rule), ties take the
 * mean of their ranks. The two-sided p is exact, ties included, up to 100 pairs: over all 2^n signs, by counting how many
 * give each rank sum; beyond that normal, with continuity and tie correction. No difference at all: p = 1.
 * With n pairs p cannot fall below 2 / 2^n: 5 seeds never reach 0.05.
 * Source: Wilcoxon 1945; Pratt and Gibbons 1981, section 3.4.
 */
export function wilcoxonSignedRank(differences: readonly number[]): SignedRank {
  const kept = differences.filter((value) => value !== 0);
  const pairs = kept.length;
  if (!pairs) return { positive: 0, statistic: 0, pairs, p: 1 };
  const ranks = midRanks(kept.map(Math.abs));
  const positive = sum(ranks.filter((_, i) => kept[i]! > 0));
  const statistic = Math.min(positive, (pairs * (pairs + 1)) / 2 - positive);
  const p = pairs <= EXACT ? exact(ranks, statistic) : approximate(ranks, statistic);
  return { positive, statistic, pairs, p: Math.min(1, p) };
}

/** Twice the share of sign patterns whose positive ranks sum to at most `statistic`; doubled ranks are whole numbers. */
function exact(ranks: readonly number[], statistic: number): number {
  const total = 2 * sum(ranks);
  let shares = new Float64Array(total + 1);
  shares[0] = 1;
  for (const rank of ranks) {
    const next = shares.map((share) => share / 2);
    for (let below = 0; below + 2 * rank <= total; below++) next[below + 2 * rank]! += shares[below]! / 2;
    shares = next;
  }
  return 2 * sum(shares.subarray(0, 2 * statistic + 1));
}

function approximate(ranks: readonly number[], statistic: number): number {
  const n = ranks.length;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tieSum(ranks) / 48);
  const gap = Math.max(0, (n * (n + 1)) / 4 - statistic - 0.5);
  return 2 * normalCdf(-gap / deviation);
}
