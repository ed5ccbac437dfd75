import { check } from '../../errors';
import { mean } from '../../numbers';
import type { RoundRecord } from '../../rounds/record';
import { areaUnderCurve } from './curve';
import { halfWidth } from './spread';

/** The records of one run, in the order of their rounds. */
export interface Run {
  readonly strategy: string;
  /** The annotator's price, where the run depends on it. */
  readonly weakPrice?: number;
  readonly seed: number;
  readonly records: readonly RoundRecord[];
}

/** Records of many runs, sorted into runs; runs and rounds keep the records' order of strategies and seeds. */
export function runsOf(records: readonly RoundRecord[]): Run[] {
  const runs = new Map<string, Run & { records: RoundRecord[] }>();
  for (const record of records) {
    const { config, strategy, weakCost: weakPrice, seed } = record;
    const key = JSON.stringify([config, strategy, weakPrice, seed]);
    const run = runs.get(key) ?? { strategy, ...(weakPrice !== undefined && { weakPrice }), seed, records: [] };
    run.records.push(record);
    runs.set(key, run);
  }
  for (const run of runs.values()) run.records.sort((a, b) => a.round - b.round);
  return [...runs.values()];
}

/** One run in one line, accuracies in percent. */
export interface RunSummary {
  readonly strategy: string;
  readonly weakPrice?: number;
  readonly seed: number;
  readonly full: number;
  readonly weak: number;
  /** Fine test accuracy after the last round. */
  readonly final: number;
  /** {@link areaUnderCurve} of the fine test accuracy. */
  readonly area: number;
  /** The same two for the control, if there is one, whose coarse head knows trusted images only. */
  readonly trustedOnlyFinal?: number;
  readonly trustedOnlyArea?: number;
}

export function summarise({ strategy, weakPrice, seed, records }: Run): RunSummary {
  const last = records[records.length - 1]!;
  const budget = records.map((record) => record.budget);
  const area = (accuracy: readonly number[]): number => 100 * areaUnderCurve(budget, accuracy);
  const control = controlAccuracy(records);
  return {
    strategy,
    ...(weakPrice !== undefined && { weakPrice }),
    seed,
    full: last.full,
    weak: last.weak,
    final: 100 * last.fineAccuracy,
    area: area(records.map((record) => record.fineAccuracy)),
    ...(control && { trustedOnlyFinal: 100 * control.at(-1)!, trustedOnlyArea: area(control) }),
  };
}

/** Fine accuracy of a run's control by round; undefined where its learner has none. */
export function controlAccuracy(records: readonly RoundRecord[]): number[] | undefined {
  const known = records.flatMap(({ trustedOnlyFineAccuracy: accuracy }) => (accuracy === undefined ? [] : [accuracy]));
  return known.length === records.length ? known : undefined;
}

export interface PairedDifference {
  /** Mean over the seeds that both have. */
  readonly mean: number;
  /** Standard deviation over them, n - 1; 0 for one seed. */
  readonly deviation: number;
  /** Seeds in which the first is larger. */
  readonly wins: number;
  readonly seeds: number;
  /** Seed by seed. */
  readonly differences: readonly number[];
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
    differences,
  };
}
