import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAndGoOn } from './kills';

test('killed at random moments of choosing, labelling and reading labels, nothing is lost or doubled, and the budget is exact', async () => {
  const { kills, lost, doubled, wrong, spent, labelled } = await killAndGoOn({
    kills: 3,
    images: 40,
    batch: 8,
    budget: 16,
    seed: 0,
  });
  assert.ok(kills >= 1, 'a command may end before its kill, but not all of them');
  const rest = { lost, doubled, wrong, spent, labelled };
  assert.deepEqual(rest, { lost: 0, doubled: 0, wrong: 0, spent: 16, labelled: 16 });
});
