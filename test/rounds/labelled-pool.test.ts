import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstPurchases } from '../../lib/rounds/first-round';
import { LabelledPool } from '../../lib/rounds/labelled-pool';
import { Ledger } from '../../lib/rounds/ledger';

test('a weak label can be upgraded to a full one, and then trains as full only', () => {
  const pool = new LabelledPool(3);
  pool.addWeak(1, 2);
  pool.addFull(1, 7);
  assert.deepEqual([...pool.fullLabels().labels], [7]);
  assert.equal(pool.weakLabels().rows.length, 0);
  assert.deepEqual(pool.counts, { full: 1, weak: 1 });
});

test('no label is bought twice, and none weaker than what is there', () => {
  const pool = new LabelledPool(2);
  pool.addFull(0, 1);
  pool.addWeak(1, 0);
  assert.throws(() => pool.addFull(0, 1), /Row 0 has a full label already/);
  assert.throws(() => pool.addWeak(0, 1), /Row 0 has a label already/);
  assert.throws(() => pool.addWeak(1, 1), /Row 1 has a label already/);
});

test('an answer outside the list is a weak label, told as -1', () => {
  const pool = new LabelledPool(2);
  pool.addWeak(0, -1);
  assert.ok(pool.hasWeak(0));
  assert.deepEqual([...pool.weakLabels().labels], [-1]);
  assert.deepEqual([...pool.unlabelled()], [1]);
});

test('a row that nobody can label is offered at neither price, until somebody labels it after all', () => {
  const pool = new LabelledPool(3);
  pool.addFull(0, 7);
  for (const row of [0, 1]) pool.skip(row);
  assert.deepEqual([[...pool.notFull()], [...pool.unlabelled()], [...pool.full()]], [[2], [2], []]);
  pool.setFull(1, 4);
  assert.deepEqual([[...pool.notFull()], [...pool.full()], pool.isSkipped(1)], [[2], [1], false]);
});

const purse = (costs: { full: number; weak: number }, budget: number): Ledger => {
  const ledger = new Ledger(costs, budget);
  ledger.openRound();
  return ledger;
};
const order = Int32Array.from({ length: 500 }, (_, i) => 499 - i);

test('round 0 of a full-only strategy spends all on full labels, in the common order', () => {
  const purchases = firstPurchases(order, ['full'], purse({ full: 1, weak: 0.01 }, 100));
  assert.equal(purchases.length, 100);
  assert.deepEqual(purchases[0], { row: 499, level: 'full' });
});

test('round 0 of an instance-wise strategy buys n = floor(B / (1 + c_w)) full and n other weak labels', () => {
  const purchases = firstPurchases(order, ['full', 'weak'], purse({ full: 1, weak: 0.01 }, 100));
  assert.equal(purchases.filter(({ level }) => level === 'full').length, 99);
  assert.equal(purchases.filter(({ level }) => level === 'weak').length, 99);
  assert.equal(new Set(purchases.map(({ row }) => row)).size, 198);
});

test('round 0 of a tiny pool does not buy an image twice', () => {
  const purchases = firstPurchases(order.subarray(0, 5), ['full', 'weak'], purse({ full: 1, weak: 1 }, 100));
  assert.equal(new Set(purchases.map(({ row }) => row)).size, purchases.length);
});
