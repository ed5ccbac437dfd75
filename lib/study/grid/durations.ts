import type { StoredRecord } from '../results/stored-record';
import { completeImprovement } from '../../rounds/setup';
import type { PlannedRun } from './plan';

/**
 * How long rounds take, by configuration: the mean of those seen; before that a guess, by the number of trainings,
 * scaled to what was seen of others. Only the order of work and the time left depend on it, never a result.
 */
export class Durations {
  private readonly seen = new Map<string, { sum: number; count: number }>();
  private readonly guesses = new Map<string, number>();

  constructor(runs: readonly PlannedRun[], records: readonly StoredRecord[]) {
    for (const run of runs) this.guesses.set(run.config, trainingsOf(run));
    for (const record of records) this.add(record);
  }

  add({ config, timing }: Pick<StoredRecord, 'config' | 'timing'>): void {
    const { sum, count } = this.seen.get(config) ?? { sum: 0, count: 0 };
    this.seen.set(config, { sum: sum + timing.selectMs + timing.trainMs, count: count + 1 });
  }

  /** Milliseconds of one round; without any seen, in the unit of one training. */
  round(config: string): number {
    const known = this.seen.get(config);
    return known ? known.sum / known.count : (this.guesses.get(config) ?? 1) * this.perTraining();
  }

  private perTraining(): number {
    let [sum, trainings] = [0, 0];
    for (const [config, seen] of this.seen) {
      sum += seen.sum;
      trainings += seen.count * (this.guesses.get(config) ?? 2);
    }
    return trainings && sum ? sum / trainings : 1;
  }
}

/** A round trains the network and its control; those that weigh both levels may train more to see what each is worth. */
function trainingsOf({ strategy, reference, setup }: PlannedRun): number {
  const { estimator, trials, fractions } = completeImprovement(setup.improvement);
  return strategy.weakLabels && !reference && estimator === 'retrain' ? 2 + trials * (2 * fractions - 1) : 2;
}
