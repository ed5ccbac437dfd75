import { check } from '../../errors';
import type { RoundRecord } from '../../rounds/record';
import { penaltyMatrixOf } from './penalties';
import { criticalDifferenceRanking, type Ranking } from './ranking';
import { runsOf, summarise, type Run } from './runs';

/**
 * The records at one price of the annotator's labels, with those of strategies that do not depend on it.
 * @throws InputError for a price that no record has, naming those there are.
 * @example
 * const { records } = loadResults('results/mine');
 * for (const price of weakPricesOf(records)) console.table(summaryRows(atWeakPrice(records, price)));
 */
export function atWeakPrice<R extends RoundRecord>(records: readonly R[], weakPrice: number): R[] {
  const known = weakPricesOf(records);
  check(
    known.includes(weakPrice),
    `Unexpected weak price: ${weakPrice}; the records have ${known.join(', ') || 'none'}`,
  );
  return records.filter((record) => record.weakCost === undefined || record.weakCost === weakPrice);
}

/** Ascending. @example const [cheapest] = weakPricesOf(records) */
export const weakPricesOf = (records: readonly RoundRecord[]): number[] =>
  [...new Set(records.flatMap(({ weakCost }) => weakCost ?? []))].sort((a, b) => a - b);

/** @throws InputError for records of several weak prices, which one comparison would mix up. */
export function checkOneWeakPrice(records: readonly RoundRecord[]): void {
  const prices = weakPricesOf(records);
  check(
    prices.length < 2,
    `The records hold weak prices ${prices.join(', ')}; compare at one of them: atWeakPrice(records, ${prices[0]})`,
  );
}

/**
 * {@link penaltyMatrixOf} the fine test accuracy; strategies as in the records, seeds that all of them have.
 * @example
 * const { strategies, penalties } = penaltiesOf(records); // penalties[i][j]: how often i beats j
 */
export function penaltiesOf(records: readonly RoundRecord[]): { strategies: string[]; penalties: number[][] } {
  const { strategies, seeds, run } = pairedRuns(records);
  const rounds = run(strategies[0]!, seeds[0]!).records.length;
  const penalties = penaltyMatrixOf(
    strategies.map((strategy) =>
      Array.from({ length: rounds }, (_, round) =>
        seeds.map((seed) => run(strategy, seed).records[round]!.fineAccuracy),
      ),
    ),
  );
  return { strategies, penalties };
}

/** {@link criticalDifferenceRanking} by area under the curve, the seeds as blocks; best strategy first. */
export function rankingOf(records: readonly RoundRecord[]): Ranking & { readonly strategies: readonly string[] } {
  const { strategies, seeds, run } = pairedRuns(records);
  const ranking = criticalDifferenceRanking(
    seeds.map((seed) => strategies.map((strategy) => summarise(run(strategy, seed)).area)),
  );
  const order = strategies.map((_, i) => i).sort((a, b) => ranking.ranks[a]! - ranking.ranks[b]!);
  return { ...ranking, strategies: order.map((i) => strategies[i]!), ranks: order.map((i) => ranking.ranks[i]!) };
}

/** The runs of the seeds that every strategy has, all of the same number of rounds. */
export function pairedRuns(records: readonly RoundRecord[]) {
  checkOneWeakPrice(records);
  const runs = new Map(runsOf(records).map((run) => [JSON.stringify([run.strategy, run.seed]), run]));
  const find = (strategy: string, seed: number): Run | undefined => runs.get(JSON.stringify([strategy, seed]));
  const strategies = [...new Set(records.map(({ strategy }) => strategy))];
  const seeds = [...new Set(records.map(({ seed }) => seed))].filter((seed) =>
    strategies.every((strategy) => find(strategy, seed)),
  );
  check(seeds.length, `No seed has runs of all of ${strategies.join(', ') || 'no strategy'}`);
  const lengths = new Set(strategies.flatMap((strategy) => seeds.map((seed) => find(strategy, seed)!.records.length)));
  check(lengths.size === 1, `Runs have ${[...lengths].join(' and ')} rounds; finish the grid before comparing them`);
  return { strategies, seeds, run: (strategy: string, seed: number): Run => find(strategy, seed)! };
}
