import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareWithControls, compareWithRivals, inWords } from '../../../lib/study/statistics/comparison';
import type { RoundRecord } from '../../../lib/rounds/record';

/** One-round runs, whose area is their accuracy; the control is two points below. */
const runs = (strategy: string, accuracies: number[]): RoundRecord[] =>
  accuracies.map((fineAccuracy, seed) => ({
    ...{ dataset: 'd', strategy, seed, round: 0, budget: 1, spent: 1, full: 1, weak: 0, boughtFull: 1, boughtWeak: 0 },
    ...{ fineAccuracy, coarseAccuracy: 1, trustedOnlyFineAccuracy: fineAccuracy - 0.02, trustedOnlyCoarseAccuracy: 1 },
    ...{ engine: 'e', timing: { selectMs: 0, trainMs: 0 } },
  }));
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

test('a comparison says in words who is ahead, by how much, and whether that is clear', () => {
  assert.equal(inWords(compareWithRivals(records, 'a')[0]!), 'ahead of b by 10.0 points (± 0.0 over 2 seeds; clear)');
  assert.match(inWords(compareWithRivals(records, 'a')[1]!), /^behind c by 5.0 points .*within the noise/);
});
