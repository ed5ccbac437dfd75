import { mean } from '../../numbers';
import type { RoundRecord } from '../../rounds/record';
import { weakPricesOf } from './of-records';
import { runsOf, summarise, type RunSummary } from './runs';
import { halfWidth } from './spread';

export type SummaryRow = Readonly<Record<string, string | number>>;

/**
 * One line a strategy (and weak price, where there are several): means over its seeds with half the width of their 95 % intervals (Student's t; NaN
 * for one seed, which has none), in percent; strategies as in the records. NaN, too, for the control of one that has none where others do.
 * @example
 * console.table(summaryRows(await runGrid({ dataset: 'typefaces', strategies: ['margin'], seeds: 3, rounds: 4, budget: 100 })));
 */
export function summaryRows(records: readonly RoundRecord[]): SummaryRow[] {
  const severalPrices = weakPricesOf(records).length > 1;
  const isControlled = records.some(({ trustedOnlyFineAccuracy }) => trustedOnlyFineAccuracy !== undefined);
  const groups = new Map<string, RunSummary[]>();
  for (const run of runsOf(records).map(summarise)) {
    const key = JSON.stringify([run.strategy, run.weakPrice]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((runs) => {
    const column = (name: 'area' | 'final' | 'trustedOnlyArea' | 'full' | 'weak'): number[] =>
      runs.map((run) => run[name] ?? NaN);
    return {
      strategy: runs[0]!.strategy,
      ...(severalPrices && { 'weak price': runs[0]!.weakPrice ?? '' }),
      'area under curve (%)': rounded(mean(column('area')), 1),
      '± 95 %': interval(column('area')),
      ...(isControlled && { 'trusted-only control (%)': rounded(mean(column('trustedOnlyArea')), 1) }),
      'final accuracy (%)': rounded(mean(column('final')), 1),
      '± 95 % (final)': interval(column('final')),
      'full labels': rounded(mean(column('full')), 0),
      'weak labels': rounded(mean(column('weak')), 0),
      seeds: runs.length,
    };
  });
}

const interval = (values: readonly number[]): number =>
  values.length > 1 ? rounded(halfWidth(values, 'ci95'), 1) : NaN;

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
