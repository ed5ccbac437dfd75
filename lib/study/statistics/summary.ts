import { mean } from '../../numbers';
import type { RoundRecord } from '../../rounds/record';
import { weakPricesOf } from './of-records';
import { runsOf, summarise, type RunSummary } from './runs';
import { halfWidth } from './spread';

export type SummaryRow = Readonly<Record<string, string | number>>;

/**
 * One line a strategy (and weak price, where there are several): means over its seeds with half the width of their 95 % intervals (Student's t), in
 * percent; strategies as in the records.
 * @example
 * console.table(summaryRows(await runGrid({ dataset: 'typefaces', strategies: ['margin'], seeds: 3, rounds: 4, budget: 100 })));
 */
export function summaryRows(records: readonly RoundRecord[]): SummaryRow[] {
  const severalPrices = weakPricesOf(records).length > 1;
  const groups = new Map<string, RunSummary[]>();
  for (const run of runsOf(records).map(summarise)) {
    const key = JSON.stringify([run.strategy, run.weakPrice]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((runs) => {
    const column = (name: 'area' | 'final' | 'trustedOnlyArea' | 'full' | 'weak'): number[] =>
      runs.map((run) => run[name]);
    return {
      strategy: runs[0]!.strategy,
      ...(severalPrices && { 'weak price': runs[0]!.weakPrice ?? '' }),
      'area under curve (%)': rounded(mean(column('area')), 1),
      '± 95 %': rounded(halfWidth(column('area'), 'ci95'), 1),
      'trusted-only control (%)': rounded(mean(column('trustedOnlyArea')), 1),
      'final accuracy (%)': rounded(mean(column('final')), 1),
      '± 95 % (final)': rounded(halfWidth(column('final'), 'ci95'), 1),
      'full labels': rounded(mean(column('full')), 0),
      'weak labels': rounded(mean(column('weak')), 0),
      seeds: runs.length,
    };
  });
}

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
