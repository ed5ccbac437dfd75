import { DataFrame } from 'danfojs-node';
import { runsOf, summarise } from '../statistics/runs';
import type { RoundRecord } from '../record';

/** All records as a data frame, one line a round; nested fields (T, improvement, timing) are left out. */
export function recordFrame(records: readonly RoundRecord[]): DataFrame {
  const flat = records.map((record) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => typeof value !== 'object')),
  );
  return new DataFrame(flat);
}

/** One line a strategy: means and standard deviations over its seeds, in percent; strategies as in the records. */
export function summaryFrame(records: readonly RoundRecord[]): DataFrame {
  const runs = runsOf(records).map(summarise);
  const grouped = new DataFrame(runs).groupby(['strategy']).agg({
    full: 'mean',
    weak: 'mean',
    final: ['mean', 'std'],
    area: ['mean', 'std'],
    trustedOnlyArea: 'mean',
    seed: 'count',
  });
  const column = (name: string): number[] => grouped.column(name).values as number[];
  const round = (values: number[], decimals: number): number[] =>
    values.map((value) => Number(value.toFixed(decimals)));
  return new DataFrame({
    strategy: grouped.column('strategy').values as string[],
    'area under curve (%)': round(column('area_mean'), 1),
    '± sd': round(column('area_std'), 1),
    'trusted-only control (%)': round(column('trustedOnlyArea_mean'), 1),
    'final accuracy (%)': round(column('final_mean'), 1),
    '± sd (final)': round(column('final_std'), 1),
    'full labels': round(column('full_mean'), 0),
    'weak labels': round(column('weak_mean'), 0),
    seeds: column('seed_count'),
  });
}
