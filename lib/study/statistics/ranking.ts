import { check } from '../../errors';
import { mean, sum } from '../../numbers';
import { chiSquaredUpper, studentizedRangeQuantile } from './distributions';
import { midRanks, tieSum } from './ranks';

export interface Ranking {
  /** Mean rank of each strategy over the blocks, 1 the best. */
  readonly ranks: readonly number[];
  /** Friedman's chi squared (tie-corrected) and its p: small if the strategies are not all alike. */
  readonly statistic: number;
  readonly p: number;
  /** Nemenyi: mean ranks closer than this do not differ significantly at the level. */
  readonly criticalDifference: number;
}

/**
 * Ranks strategies within each block (a seed, or a data set) and tests the mean ranks: Friedman's test, then Nemenyi's
 * critical difference. `values[block][strategy]`, larger is better. Where blocks are seeds of one data set, the ranking
 * speaks of that data set only.
 * @throws InputError for fewer than two strategies or blocks, or blocks that lack one.
 * Source: Demsar, JMLR 2006, section 3.2.2.
 */
export function criticalDifferenceRanking(values: readonly (readonly number[])[], alpha = 0.05): Ranking {
  const [n, k] = [values.length, values[0]?.length ?? 0];
  check(n >= 2 && k >= 2, `A ranking needs two blocks and two strategies or more; got ${n} and ${k}`);
  check(
    values.every((block) => block.length === k),
    `A ranking needs all ${k} strategies in every block`,
  );
  const blocks = values.map((block) => midRanks(block.map((value) => -value)));
  const ranks = Array.from({ length: k }, (_, j) => mean(blocks.map((block) => block[j]!)));
  const spread = sum(ranks.map((rank) => (rank - (k + 1) / 2) ** 2));
  const ties = sum(blocks.map(tieSum)) / (n * (k ** 3 - k));
  const statistic = ties < 1 ? (12 * n * spread) / (k * (k + 1)) / (1 - ties) : 0;
  const criticalDifference = (studentizedRangeQuantile(1 - alpha, k) / Math.SQRT2) * Math.sqrt((k * (k + 1)) / (6 * n));
  return { ranks, statistic, p: chiSquaredUpper(statistic, k - 1), criticalDifference };
}
