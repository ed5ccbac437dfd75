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

/** By how much a method is ahead of the best of its rivals at a budget. */
export interface Lead {
  readonly budget: number;
  /** Mean accuracy that the method reaches for it, 0..1. */
  readonly accuracy: number;
  /** Over the best rival's there, 0..1; below 0: behind. */
  readonly lead: number;
  /** 95 %, percentile bootstrap over the seeds, the best rival chosen anew in each sample. */
  readonly interval: Interval;
  /** The rival with the highest mean there. */
  readonly rival: string;
}

/**
 * At each budget, what a method saves against the best of all others in the records, by mean curves over the seeds that all
 * have; straight between measured budgets, and from nothing at no budget to the first. Records of one weak price.
 * @throws InputError for records of several weak prices, without the method, or without a rival on the same seeds.
 */
export function savings(records: readonly RoundRecord[], method: string, samples = 2000): Saving[] {
  const find = ({ budget, accuracy }: LearningCurve, rivals: readonly Rival[]): Omit<Saving, 'interval'>[] => {
    const others = rivals.map(({ rival, curve }) => ({ rival, curve: fromNothing(curve) }));
    return accuracy.map((reached, round) => {
      const prices = others.map(({ rival, curve }) => ({ rival, money: budgetToReach(curve, reached) ?? Infinity }));
      const best = prices.reduce((least, each) => (each.money < least.money ? each : least));
      const isBound = best.money === Infinity;
      const needed = isBound ? budget.at(-1)! : best.money || budget[round]!;
      const saved = 1 - budget[round]! / needed;
      return { budget: budget[round]!, accuracy: reached, needed, saved, isBound, rival: best.rival };
    });
  };
  return overSeeds(records, method, samples, find, ({ saved }) => saved);
}

/**
 * At each budget, by how much a method is ahead of the best of all others in the records, by mean curves over the seeds that
 * all have. Records of one weak price. @throws InputError as {@link savings} does.
 */
export function leads(records: readonly RoundRecord[], method: string, samples = 2000): Lead[] {
  const find = ({ budget, accuracy }: LearningCurve, rivals: readonly Rival[]): Omit<Lead, 'interval'>[] =>
    accuracy.map((reached, round) => {
      const there = rivals.map(({ rival, curve }) => ({ rival, accuracy: curve.accuracy[round]! }));
      const best = there.reduce((most, each) => (each.accuracy > most.accuracy ? each : most));
      return { budget: budget[round]!, accuracy: reached, lead: reached - best.accuracy, rival: best.rival };
    });
  return overSeeds(records, method, samples, find, ({ lead }) => lead);
}

interface Rival {
  readonly rival: string;
  readonly curve: LearningCurve;
}

/** What is found at each budget, of a method's mean curve and its rivals', with the interval of its value over drawn seeds. */
function overSeeds<Found>(
  records: readonly RoundRecord[],
  method: string,
  samples: number,
  find: (own: LearningCurve, rivals: readonly Rival[]) => Found[],
  valueOf: (found: Found) => number,
): (Found & { readonly interval: Interval })[] {
  const { strategies, seeds, run } = pairedRuns(records);
  const rivals = strategies.filter((name) => name !== method);
  check(
    strategies.includes(method) && rivals.length > 0,
    () => `"${method}" cannot be compared with its best rival in records of ${strategies.join()}`,
  );
  const budget = run(method, seeds[0]!).records.map((record) => record.budget);
  const accuracies = new Map(
    strategies.map((name) => [name, seeds.map((seed) => run(name, seed).records.map((r) => r.fineAccuracy))]),
  );
  const curveOf = (name: string, drawn: readonly number[]): LearningCurve => {
    const runs = accuracies.get(name)!;
    return { budget, accuracy: budget.map((_, round) => mean(drawn.map((at) => runs[at]![round]!))) };
  };
  const of = (drawn: readonly number[]): Found[] =>
    find(
      curveOf(method, drawn),
      rivals.map((rival) => ({ rival, curve: curveOf(rival, drawn) })),
    );
  const random = createRandom(0).stream('savings');
  const resampled = Array.from({ length: samples }, () => of(seeds.map(() => random.integer(seeds.length))));
  return of([...seeds.keys()]).map((found, round) => {
    const values = resampled.map((sample) => valueOf(sample[round]!)).sort((a, b) => a - b);
    return { ...found, interval: { low: quantile(values, 0.025), high: quantile(values, 0.975) } };
  });
}

const fromNothing = ({ budget, accuracy }: LearningCurve): LearningCurve => ({
  budget: [0, ...budget],
  accuracy: [0, ...accuracy],
});
