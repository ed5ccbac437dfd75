import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoundRecord } from '../../../lib/rounds/record';
import { leads, savings } from '../../../lib/study/statistics';
import { storedRecord } from '../results/stored-records';

/** Budgets 100, 200, ...; a row of accuracies a seed. */
const runs = (strategy: string, ...seeds: number[][]): RoundRecord[] =>
  seeds.flatMap((accuracies, seed) =>
    accuracies.map((fineAccuracy, round) =>
      storedRecord({ strategy, config: strategy, seed, round, budget: 100 * (round + 1), fineAccuracy }),
    ),
  );
const close = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-9, `${a}; expected ${b}`);

test('what is saved is the money that the best rival needs more for the same accuracy', () => {
  // b reaches 0.4 two thirds of the way from 100 to 200, c only at 200; nobody reaches 0.6
  const records = [...runs('a', [0.4, 0.6]), ...runs('b', [0.2, 0.5]), ...runs('c', [0.1, 0.4])];
  const [first, second] = savings(records, 'a', 50);
  close(first!.saved, 1 - 100 / (500 / 3));
  assert.deepEqual([first!.rival, first!.isBound, Math.round(first!.needed)], ['b', false, 167]);
  assert.deepEqual([second!.saved, second!.isBound], [0, true]);
});

test('a rival that needs less makes the saving negative, also below the first budget', () => {
  const [first] = savings([...runs('a', [0.4, 0.6]), ...runs('b', [0.8, 0.9])], 'a', 50);
  close(first!.saved, -1); // 0.4 lies half-way from nothing to 0.8 at 100
});

test('the interval is of whole seeds drawn together, and holds the mean of them', () => {
  const records = [...runs('a', [0.4, 0.6], [0.5, 0.6], [0.45, 0.7]), ...runs('b', [0.2, 0.5], [0.3, 0.5], [0.2, 0.6])];
  const [first] = savings(records, 'a');
  assert.ok(first!.interval.low <= first!.saved && first!.saved <= first!.interval.high);
  assert.ok(first!.interval.high - first!.interval.low > 0.01);
  assert.deepEqual(savings(records, 'a'), savings(records, 'a'));
  const same = savings([...runs('a', [0.4], [0.4]), ...runs('b', [0.5], [0.5])], 'a');
  close(same[0]!.interval.low, same[0]!.interval.high);
});

test('a saving needs the method and a rival on the same seeds', () => {
  assert.throws(() => savings(runs('a', [0.4]), 'a'), /"a" cannot be compared with its best rival in records of a$/);
  assert.throws(
    () => savings([...runs('b', [0.4]), ...runs('c', [0.4])], 'a'),
    /"a" cannot be compared with its best rival in records of b,c$/,
  );
});

test('a lead is over the rival that is highest at that budget, and below 0 behind it', () => {
  const records = [...runs('a', [0.4, 0.6]), ...runs('b', [0.2, 0.7]), ...runs('c', [0.3, 0.4])];
  const [first, second] = leads(records, 'a', 50);
  close(first!.lead, 0.1);
  close(second!.lead, -0.1);
  assert.deepEqual([first!.rival, second!.rival, first!.budget, second!.accuracy], ['c', 'b', 100, 0.6]);
});

test("a lead's best rival is chosen anew in each sample, so that chance among rivals does not look like a lag", () => {
  // either rival is ahead on one seed, and level with the method over both: samples of one seed twice show a lag
  // at the first budget; at the second all are level on all seeds
  const records = [
    ...runs('a', [0.5, 0.7], [0.5, 0.7]),
    ...runs('b', [0.6, 0.7], [0.4, 0.7]),
    ...runs('c', [0.4, 0.7], [0.6, 0.7]),
  ];
  const [at, after] = leads(records, 'a');
  close(at!.lead, 0);
  close(at!.interval.low, -0.1);
  close(at!.interval.high, 0);
  assert.deepEqual([after!.interval.low, after!.interval.high], [0, 0]);
});
