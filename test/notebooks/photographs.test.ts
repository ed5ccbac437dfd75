import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoundRecord } from '../../lib/rounds/record';
import { completeSeeds, leadRows, realStudies } from '../../notebooks/kit/recorded/photographs';

/** Two rounds of a run, whose accuracy is `start` and a tenth more. */
const run = (strategy: string, seed: number, start: number, rounds = 2, weakCost?: number): RoundRecord[] =>
  Array.from({ length: rounds }, (_, round) => {
    const [budget, fineAccuracy] = [100 * (round + 1), start + round / 10];
    return {
      dataset: 'd',
      strategy,
      seed,
      round,
      budget,
      spent: budget,
      fineAccuracy,
      trustedOnlyFineAccuracy: start,
      ...(weakCost !== undefined && { weakCost }),
    } as unknown as RoundRecord;
  });
const study = (records: RoundRecord[]) => ({
  name: 'd',
  title: 'D',
  records,
  seeds: new Set(records.map((r) => r.seed)).size,
});

test('a seed counts once every run of it is complete; other strategies do not hold it up', () => {
  const whole = [
    ...run('random', 0, 0.1),
    ...run('margin', 0, 0.1),
    ...run('random', 1, 0.1),
    ...run('margin', 1, 0.1, 1),
  ];
  const kept = completeSeeds([...whole, ...run('bald', 0, 0.1, 1)], ['random', 'margin']);
  assert.deepEqual([...new Set(kept.map(({ seed }) => seed))], [0]);
  assert.equal(kept.length, 4);
});

test('leads are in points, a column a price, and have an interval from three seeds on', () => {
  const at = (seeds: number[]) =>
    seeds.flatMap((seed) => [...run('random', seed, 0.1), ...run('mine', seed, 0.12 + seed / 100, 2, 0.05)]);
  const [one] = leadRows(study(at([0])), 'mine');
  assert.deepEqual(one, { data: 'D', n: 1, 'mine against': 'random', 'weak label at 0.05': '+2.0' });
  const [three] = leadRows(study(at([0, 1, 2])), 'mine');
  assert.match(String(three!['weak label at 0.05']), /^\+3\.0 \(\+0\.5 to \+5\.5\)$/);
});

test('every recorded study with a real annotator is of complete seeds, and names neither a path nor a folder', () => {
  for (const { name, records } of realStudies()) {
    assert.ok(records.every(({ dataset }) => dataset === name));
    assert.equal(
      completeSeeds(
        records,
        records.map(({ strategy }) => strategy),
      ).length,
      records.length,
    );
  }
});
