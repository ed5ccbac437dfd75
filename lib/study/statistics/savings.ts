import { check } from '../../errors';
import { mean, quantile } from '../../numbers';
import { createRandom } from '../../random';
import type { RoundRecord } from '../../rounds/record';
import type { Interval } from './bootstrap';
import { budgetToReach, type LearningCurve } from './curve';
import { pairedRuns } from './of-records';

/** How much of a budget a method saves: its best rival needs more money for the same mean accuracy. */
export interface Saving {
  readonly budget: number;
  /** Mean accuracy that the method reaches for it. */
  readonly accuracy: number;
  /** The best rival's budget for it; the largest studied where no rival gets there. */
  readonly needed: number;
  /** 1 - budget / needed; below 0 where the rival needs less. */
  readonly saved: number;
  /** 95 %, percentile bootstrap over the seeds, the best rival chosen anew in each sample. */
  readonly interval: Interval;
  /** The rival that needs the least. */
  readonly rival: string;
  /** No rival gets there within the budgets studied: what is saved is `saved` or more. */
  readonly isBound: boolean;
}

/**
 * At each budget, what a method saves against the best of all others in the records, by mean curves over the seeds that all
 * have; straight between measured budgets, and from nothing at no budget to the first. Records of one weak price.
 * @throws InputError for records of several weak prices, without the method, or without a rival on the same seeds.
 */
export function savings(records: readonly RoundRecord[], method: string, samples = 2000): Saving[] {
  const { strategies, seeds, run } = pairedRuns(records);
  const rivals = strategies.filter((name) => name !== method);
  check(
    strategies.includes(method) && rivals.length > 0,
    () => `No saving of "${method}" in records of ${strategies.join()}`,
  );
  const rounds = run(method, seeds[0]!).records;
  const budget = rounds.map((record) => record.budget);
  const accuracies = new Map(
    strategies.map((name) => [name, seeds.map((seed) => run(name, seed).records.map((r) => r.fineAccuracy))]),
  );
  const curveOf = (name: string, drawn: readonly number[]): LearningCurve => {
    const runs = accuracies.get(name)!;
    return { budget, accuracy: budget.map((_, round) => mean(drawn.map((at) => runs[at]![round]!))) };
  };
  const of = (drawn: readonly number[]): Omit<Saving, 'interval'>[] => {
    const others = rivals.map((rival) => ({ rival, curve: fromNothing(curveOf(rival, drawn)) }));
    return curveOf(method, drawn).accuracy.map((accuracy, round) => {
      const prices = others.map(({ rival, curve }) => ({ rival, money: budgetToReach(curve, accuracy) ?? Infinity }));
      const best = prices.reduce((least, each) => (each.money < least.money ? each : least));
      const isBound = best.money === Infinity;
      const needed = isBound ? budget.at(-1)! : best.money || budget[round]!;
      const saved = 1 - budget[round]! / needed;
      return { budget: budget[round]!, accuracy, needed, saved, isBound, rival: best.rival };
    });
  };
  const random = createRandom(0).stream('savings');
  const resampled = Array.from({ length: samples }, () => of(seeds.map(() => random.integer(seeds.length))));
  return of([...seeds.keys()]).map((saving, round) => {
    const values = resampled.map((sample) => sample[round]!.saved).sort((a, b) => a - b);
    return { ...saving, interval: { low: quantile(values, 0.025), high: quantile(values, 0.975) } };
  });
}

const fromNothing = ({ budget, accuracy }: LearningCurve): LearningCurve => ({
  budget: [0, ...budget],
  accuracy: [0, ...accuracy],
});
