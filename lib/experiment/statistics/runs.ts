import { check } from '../../errors';
import type { RoundRecord } from '../record';
import { halfWidth, mean } from './spread';

/** The records of one run, in the order of their rounds. */
export interface Run {
  readonly strategy: string;
  readonly seed: number;
  readonly records: readonly RoundRecord[];
}

/** Records of many runs, sorted into runs; runs and rounds keep the records' order of strategies and seeds. */
export function runsOf(records: readonly RoundRecord[]): Run[] {
  const runs = new Map<string, { strategy: string; seed: number; records: RoundRecord[] }>();
  for (const record of records) {
    const { strategy, seed } = record;
    const key = JSON.stringify([strategy, seed]);
    const run = runs.get(key) ?? { strategy, seed, records: [] };
    run.records.push(record);
    runs.set(key, run);
  }
  for (const run of runs.values()) run.records.sort((a, b) => a.round - b.round);
  return [...runs.values()];
}

/**
 * Area under the learning curve over the budget axis, by the trapezium rule, divided by the budget's range: the mean
 * accuracy over the budget, in the accuracy's own unit. One round: its accuracy.
 */
export function areaUnderCurve(budget: readonly number[], accuracy: readonly number[]): number {
  check(budget.length === accuracy.length && budget.length > 0, 'A learning curve needs as many budgets as accuracies');
  if (budget.length === 1) return accuracy[0]!;
  let area = 0;
  for (let i = 1; i < budget.length; i++)
    area += ((budget[i]! - budget[i - 1]!) * (accuracy[i]! + accuracy[i - 1]!)) / 2;
  return area / (budget[budget.length - 1]! - budget[0]!);
}

/** One run in one line, accuracies in percent. */
export interface RunSummary {
  readonly strategy: string;
  readonly seed: number;
  readonly full: number;
  readonly weak: number;
  /** Fine test accuracy after the last round. */
  readonly final: number;
  /** {@link areaUnderCurve} of the fine test accuracy. */
  readonly area: number;
  /** The same two for the control, whose coarse head knows trusted images only. */
  readonly trustedOnlyFinal: number;
  readonly trustedOnlyArea: number;
}

export function summarise({ strategy, seed, records }: Run): RunSummary {
  const last = records[records.length - 1]!;
  const budget = records.map((record) => record.budget);
  const area = (name: 'fineAccuracy' | 'trustedOnlyFineAccuracy'): number =>
    100 *
    areaUnderCurve(
      budget,
      records.map((record) => record[name]),
    );
  return {
    strategy,
    seed,
    full: last.full,
    weak: last.weak,
    final: 100 * last.fineAccuracy,
    area: area('fineAccuracy'),
    trustedOnlyFinal: 100 * last.trustedOnlyFineAccuracy,
    trustedOnlyArea: area('trustedOnlyFineAccuracy'),
  };
}

export interface PairedDifference {
  /** Mean over the seeds that both have. */
  readonly mean: number;
  /** Standard deviation over them, n - 1; 0 for one seed. */
  readonly deviation: number;
  /** Seeds in which the first is larger. */
  readonly wins: number;
  readonly seeds: number;
}

/** First minus second, seed by seed: runs of one seed share start, validation images and random streams. */
export function pairedDifference(
  runs: readonly RunSummary[],
  first: (run: RunSummary) => number | undefined,
  second: (run: RunSummary) => number | undefined,
): PairedDifference {
  const valueOf = (seed: number, of: typeof first): number | undefined =>
    runs
      .filter((run) => run.seed === seed)
      .map(of)
      .find((value) => value !== undefined);
  const differences = [...new Set(runs.map(({ seed }) => seed))].flatMap((seed) => {
    const [a, b] = [valueOf(seed, first), valueOf(seed, second)];
    return a === undefined || b === undefined ? [] : [a - b];
  });
  check(differences.length, 'No seed has both of the runs to compare');
  return {
    mean: mean(differences),
    deviation: halfWidth(differences, 'sd'),
    wins: differences.filter((d) => d > 0).length,
    seeds: differences.length,
  };
}
