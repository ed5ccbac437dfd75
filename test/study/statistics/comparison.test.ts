import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  comparePairs,
  compareWithControls,
  compareWithRivals,
  inWords,
} from '../../../lib/study/statistics/comparison';
import type { RoundRecord } from '../../../lib/rounds/record';
import { storedRecord, withoutControl } from '../results/stored-records';

/** One-round runs, whose area is their accuracy; the control is two points below. */
const runs = (strategy: string, accuracies: number[]): RoundRecord[] =>
  accuracies.map((fineAccuracy, seed) =>
    storedRecord({ strategy, seed, fineAccuracy, trustedOnlyFineAccuracy: fineAccuracy - 0.02 }),
  );
const records = [...runs('a', [0.5, 0.6]), ...runs('b', [0.4, 0.5]), ...runs('c', [0.7, 0.5])];

test('the method is compared seed by seed with every rival, most beaten first', () => {
  const [b, c] = compareWithRivals(records, 'a');
  assert.deepEqual([b!.against, b!.wins, b!.seeds, b!.clear], ['b', 2, 2, true]);
  assert.ok(Math.abs(b!.mean - 10) < 1e-9 && b!.deviation < 1e-9);
  assert.deepEqual([c!.against, c!.wins, c!.clear], ['c', 1, false]);
  assert.ok(Math.abs(c!.mean + 5) < 1e-9);
});

test('the controls are the same purchases with a trusted coarse head, the method’s own among them', () => {
  const controls = compareWithControls(records, 'a');
  assert.deepEqual(
    controls.map(({ against, mean }) => [against, Math.round(mean)]),
    [
      ['b + trusted coarse head', 12],
      ['a + trusted coarse head', 2],
      ['c + trusted coarse head', -3],
    ],
  );
});

test('a learner without a coarse head has no control to be compared with', () => {
  const alone = records.map(withoutControl);
  assert.deepEqual(compareWithControls(alone, 'a'), []);
  const some = [...records.slice(0, 4), ...alone.slice(4)];
  assert.deepEqual(
    compareWithControls(some, 'a').map(({ against }) => against),
    ['b + trusted coarse head', 'a + trusted coarse head'],
  );
  assert.throws(
    () => comparePairs(some, [[{ strategy: 'a' }, { strategy: 'c', control: true }]]),
    /"c" has no control/,
  );
});

test('clear is what Holm leaves below 0.05: an interval without 0 is not enough among many comparisons', () => {
  const many = Array.from({ length: 6 }, (_, i) => runs(`r${i}`, [0.5, 0.52, 0.49, 0.51]));
  const all = [...runs('a', [0.52, 0.53, 0.52, 0.52]), ...many.flat()];
  const [first] = compareWithRivals(all, 'a');
  assert.ok(first!.interval.low > 0 && first!.p < 0.05 && first!.holm > 0.05 && !first!.clear);
  assert.ok(compareWithRivals(all.slice(0, 8), 'a')[0]!.clear, 'alone it is clear');
});

test('a comparison says in words who is ahead, by how much, and whether that is clear', () => {
  const [b, c] = compareWithRivals(records, 'a').map(inWords);
  assert.equal(b, '+10.0 points over b (95 % interval +10.0 to +10.0, p below 0.001, 2 of 2 seeds)');
  assert.match(
    c!,
    /^unresolved: −5\.0 points against c \(95 % interval −195\.6 to \+185\.6, p 0\.795, 1 of 2 seeds\)$/,
  );
});
