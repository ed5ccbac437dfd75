import { check } from '../../lib/errors';
import { checkOneWeakPrice } from '../../lib/study/statistics/of-records';
import { controlAccuracy, runsOf, summarise, type Run } from '../../lib/study/statistics/runs';
import type { Measured } from './noise-study';
import type { RoundRecord } from '../../lib/rounds/record';
import type { Curve } from './figures/runs';
import type { PurchaseRun } from './figures/purchase-shares';

/** Records as the learning-curve figure wants them, with every strategy's trusted-only control, if it has one. */
export function curvesOf(records: readonly RoundRecord[]): Curve[] {
  return byStrategy(records).map(({ strategy, runs }) => ({
    strategy,
    runs: runs.map(({ records }) => ({
      spent: records.map((record) => record.spent),
      accuracy: records.map((record) => record.fineAccuracy),
    })),
    control: runs.flatMap(({ records }) => {
      const accuracy = controlAccuracy(records);
      return accuracy ? [{ spent: records.map((record) => record.spent), accuracy }] : [];
    }),
  }));
}

/** Records as the purchase figure wants them: labels bought in each round. */
export function purchasesOf(records: readonly RoundRecord[]): { strategy: string; runs: PurchaseRun[] }[] {
  return byStrategy(records).map(({ strategy, runs }) => ({
    strategy,
    runs: runs.map(({ records }) => ({
      full: records.map((record) => record.boughtFull),
      weak: records.map((record) => record.boughtWeak),
    })),
  }));
}

/** T as estimated after the last round, mean over the seeds of one strategy; undefined if it estimates none. */
export function meanTransition(records: readonly RoundRecord[], strategy: string): number[][] | undefined {
  const own = records.filter((record) => record.strategy === strategy);
  const known = runsOf(own).flatMap(({ records }) => {
    const { transition } = records.at(-1)!;
    return transition ? [transition] : [];
  });
  if (!known.length) return undefined;
  const width = Math.max(...known.map((T) => T[0]!.length));
  return known[0]!.map((_, i) =>
    Array.from({ length: width }, (_, j) => known.reduce((sum, T) => sum + (T[i]![j] ?? 0), 0) / known.length),
  );
}

/** The first rounds of every run: a study of fewer rounds. */
export const firstRounds = (records: readonly RoundRecord[], rounds: number): RoundRecord[] =>
  records.filter(({ round }) => round < rounds);

/** @throws InputError for records of several weak prices, which one line would mix up. */
function byStrategy(records: readonly RoundRecord[]): { strategy: string; runs: Run[] }[] {
  checkOneWeakPrice(records);
  const groups = new Map<string, Run[]>();
  for (const run of runsOf(records)) groups.set(run.strategy, [...(groups.get(run.strategy) ?? []), run]);
  return [...groups].map(([strategy, runs]) => ({ strategy, runs }));
}

/**
 * The area under the curve (%) of one strategy, or of its control, as a point at `x` with a value a seed: a point of a line in an
 * ablation over x.
 * @throws InputError for a strategy without records, or without a control.
 */
export function areasAt(
  x: number,
  records: readonly RoundRecord[],
  strategy: string,
  of: 'strategy' | 'control' = 'strategy',
): Measured {
  const own = runsOf(records.filter((record) => record.strategy === strategy)).map(summarise);
  check(own.length, `There are no records of "${strategy}"`);
  const values = own.flatMap(({ area, trustedOnlyArea }) => (of === 'control' ? (trustedOnlyArea ?? []) : area));
  check(values.length === own.length, `"${strategy}" has no control: its learner has no coarse head`);
  return { x, values };
}
