import { check } from '../../../lib/errors';
import { mean } from '../../../lib/numbers';
import { halfWidth } from '../../../lib/study/statistics/spread';
import type { Spread } from '../../../lib/study/statistics/spread';

/** One run (one seed): after each round, the budget spent so far and the fine test accuracy in 0 .. 1. */
export interface Run {
  readonly spent: readonly number[];
  readonly accuracy: readonly number[];
}

/** One strategy's runs, and those of its control whose coarse head saw trusted images only. */
export interface Curve {
  readonly strategy: string;
  readonly runs: readonly Run[];
  readonly control?: readonly Run[];
}

/** A mean line with its band: y - band .. y + band. */
export interface Line {
  readonly x: number[];
  readonly y: number[];
  readonly band: number[];
}

/** @throws InputError for an accuracy outside 0 .. 1. */
export function checkRun(strategy: string, { accuracy }: Run): void {
  const wrong = accuracy.find((value) => !(value >= 0 && value <= 1));
  check(wrong === undefined, () => `Unexpected accuracy ${wrong} of ${strategy}; expected a fraction in 0 .. 1`);
}

/** Every run less the base's run of the same place in the list, round by round. */
export function subtract(curves: readonly Curve[], base: string): Curve[] {
  const runsOfBase = curves.find(({ strategy }) => strategy === base)?.runs;
  check(
    runsOfBase,
    `Cannot draw curves relative to "${base}"; there are ${curves.map(({ strategy }) => strategy).join(', ')}`,
  );
  const less = (strategy: string, runs: readonly Run[]): Run[] => {
    check(
      runs.length === runsOfBase.length,
      `${strategy} has ${runs.length} runs, ${base} ${runsOfBase.length}; expected the same seeds`,
    );
    return runs.map(({ spent, accuracy }, i) => ({
      spent,
      accuracy: accuracy.map((value, round) => value - (runsOfBase[i]!.accuracy[round] ?? NaN)),
    }));
  };
  return curves.map(({ strategy, runs, control }) => ({
    strategy,
    runs: less(strategy, runs),
    ...(control?.length ? { control: less(strategy, control) } : {}),
  }));
}

/** Round by round over runs, in percent. */
export function average(name: string, runs: readonly Run[], spread: Spread): Line {
  const rounds = runs[0]?.spent.length ?? 0;
  check(rounds, `${name} has no runs, or no rounds; give at least one of both`);
  for (const { spent, accuracy } of runs)
    check(
      spent.length === rounds && accuracy.length === rounds,
      () =>
        `Runs of ${name} differ in length: ${rounds} rounds, ${spent.length} of budget and ${accuracy.length} of accuracy`,
    );
  const at = (i: number, of: keyof Run): number[] => runs.map((run) => run[of][i]!);
  const indices = Array.from({ length: rounds }, (_, i) => i);
  return {
    x: indices.map((i) => mean(at(i, 'spent'))),
    y: indices.map((i) => 100 * mean(at(i, 'accuracy'))),
    band: indices.map((i) => 100 * halfWidth(at(i, 'accuracy'), spread)),
  };
}
