import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runGrid, type GridProgress, type GridSetup } from '../../../lib/study/grid';
import type { RoundRecord } from '../../../lib/rounds/record';

/** The embedded data with networks too small to learn much: what counts here is who runs what, and in which order. */
const grid = {
  dataset: 'typefaces',
  strategies: ['margin', 'weak-annotator'],
  seeds: [0, 1],
  rounds: 2,
  budget: 40,
  training: { hidden: 16, steps: 10, evaluations: 1 },
  improvement: { trials: 1, fractions: 2 },
} satisfies GridSetup;

const withoutTiming = (records: RoundRecord[]): string =>
  JSON.stringify(records, (key, value: unknown) => (key === 'timing' ? undefined : value));

test('one worker and two give the same records, in the order of strategies, seeds and rounds', async () => {
  const seen: GridProgress[] = [];
  const one = await runGrid({ ...grid, workers: 1, onProgress: (progress) => seen.push(progress) });
  const two = await runGrid({ ...grid, workers: 2 });
  assert.equal(withoutTiming(two), withoutTiming(one));
  const order = one.map(({ strategy, seed, round }) => `${strategy} ${seed} ${round}`);
  assert.deepEqual(order.slice(0, 4), ['margin 0 0', 'margin 0 1', 'margin 1 0', 'margin 1 1']);
  assert.equal(order.length, 8);
  assert.deepEqual([seen[0]!.done, seen.at(-1)!.done, seen.at(-1)!.total], [0, 8, 8]);
  assert.equal(seen.at(-1)!.remainingMs, 0);
});

test('a grid that cannot be is refused before any worker starts', async () => {
  await assert.rejects(runGrid({ ...grid, dataset: 'birds' }), /Unknown data set: "birds"; expected one of: typefaces/);
  await assert.rejects(runGrid({ ...grid, strategies: ['magic'] }), /Unknown strategy: "magic"/);
  await assert.rejects(runGrid({ ...grid, seeds: [] }), /at least one strategy and one seed/);
  await assert.rejects(runGrid({ ...grid, workers: 0 }), /Unexpected workers: 0/);
});

test('an error inside a worker ends the grid with its message', async () => {
  const broken = { ...grid, improvement: { trials: 0 } };
  await assert.rejects(
    runGrid({ ...broken, strategies: ['weak-annotator'] }),
    /Unexpected trials: 0; expected 1 or more/,
  );
});
