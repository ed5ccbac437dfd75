import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoundRecord } from '../../lib/rounds/record';
import { acrossStudies } from '../../notebooks/kit/across-studies';
import { storedRecord } from '../study/results/stored-records';

const run = (strategy: string, weakCost: number, accuracyOf: (seed: number) => number): RoundRecord[] =>
  [0, 1, 2].flatMap((seed) =>
    [0, 1].map((round) => {
      const own = { strategy, config: `${strategy}${weakCost}`, seed, round, weakCost };
      return storedRecord({ ...own, budget: 100 * (round + 1), fineAccuracy: accuracyOf(seed) });
    }),
  );

test('methods of two studies are compared seed by seed, at the prices that both have, with one correction over all', () => {
  const records = [...run('new', 0.01, (seed) => 0.5 + 0.01 * seed), ...run('new', 0.1, () => 0.4)];
  const others = [...run('old', 0.01, () => 0.3), ...run('old', 0.05, () => 0.3)];
  const rows = acrossStudies([{ title: 'birds', records, others }], 'new', 'old');
  assert.equal(rows.length, 1);
  const { data, 'new over old': lead, '95 % interval': interval, 'seeds ahead': ahead } = rows[0]!;
  // differences of 20, 21 and 22 points: 21 -+ 4.303 / sqrt(3)
  assert.deepEqual([data, lead, interval, ahead], ['birds', '+21.0', '+18.5 to +23.5', '3 of 3']);
  const apart = [{ title: 'birds', records: run('new', 0.1, () => 0.4), others }];
  assert.throws(() => acrossStudies(apart, 'new', 'old'), /no price of a weak label in common/);
});
