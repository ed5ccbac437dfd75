import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weakShare } from '../../lib/strategies/adaptive-ratio';
import { splitPurse } from '../../lib/strategies/ratio';
import { createStrategy } from '../../lib/strategies/registry';
import { fakeContext, type FakePool } from './fake-context';

const split = (pool: FakePool, share: number) => {
  const { context } = fakeContext(pool);
  return splitPurse(context.purse, context.pool, share);
};

test('a share of the money goes to weak labels, the rest to full ones, whole labels only', () => {
  const costs = { full: 1, weak: 0.1 };
  assert.deepEqual(split({ size: 500, budget: 20, costs }, 0.25), { full: 15, weak: 50 });
  assert.deepEqual(split({ size: 500, budget: 20, costs }, 0), { full: 20, weak: 0 });
  assert.deepEqual(split({ size: 500, budget: 20, costs }, 1), { full: 0, weak: 200 });
  assert.deepEqual(split({ size: 500, budget: 20, costs }, 0.26), { full: 14, weak: 52 }); // 0.8 is left over
});

test('what one level cannot use goes to the other', () => {
  const weak = Array.from({ length: 35 }, (_, i) => i);
  assert.deepEqual(split({ size: 40, budget: 20, weak }, 1), { full: 19, weak: 5 });
  const full = Array.from({ length: 30 }, (_, i) => i);
  assert.deepEqual(split({ size: 40, budget: 20, full }, 0), { full: 10, weak: 100 });
});

test('fixed-ratio buys its share each round', async () => {
  const { context } = fakeContext({ size: 500, budget: 20, costs: { full: 1, weak: 0.1 } });
  const { purchases } = await createStrategy('fixed-ratio(weakShare=0.25)').query(context);
  assert.equal(purchases.filter(({ level }) => level === 'weak').length, 50);
  assert.equal(purchases.filter(({ level }) => level === 'full').length, 15);
});

test('weak-first labels all that it can weakly before it buys full labels by margin', async () => {
  const weak = Array.from({ length: 70 }, (_, i) => i);
  const buy = async (rows: number[], budget: number) => {
    const { context } = fakeContext({ size: 100, budget, costs: { full: 1, weak: 0.1 }, weak: rows });
    return (await createStrategy('weak-first').query(context)).purchases.map(({ level }) => level);
  };
  const count = (levels: string[]) => ['full', 'weak'].map((level) => levels.filter((each) => each === level).length);
  assert.deepEqual(count(await buy([], 2)), [0, 20]);
  assert.deepEqual(
    count(await buy(weak, 20)).map((n) => n > 0),
    [true, true],
  );
  assert.equal((await buy(weak, 20)).filter((level) => level === 'full').length, 17);
});

test('weak-first can begin with weak labels at once, for half of the first round', async () => {
  const start = async (size: number) => {
    const { context } = fakeContext({ size, budget: 20, costs: { full: 1, weak: 0.1 } });
    const { purchases } = await createStrategy('weak-first(first=weak)').start!(context);
    const rows = (level: string) => purchases.filter((each) => each.level === level).map(({ row }) => row);
    assert.equal(new Set(purchases.map(({ row }) => row)).size, purchases.length, 'each image once');
    return [rows('full').length, rows('weak').length];
  };
  assert.deepEqual(await start(500), [10, 100]);
  assert.deepEqual(await start(60), [14, 46]); // the pool has no more for weak labels
  assert.equal(createStrategy('weak-first').start, undefined);
});

test('adaptive-ratio splits so that both levels gain the same per cost, under logarithmic growth', () => {
  const owned = { full: 19, weak: 59 };
  const costs = { full: 10, weak: 1 };
  const purse = { left: 200, price: (level: 'full' | 'weak') => costs[level], affords: () => 0 };
  const improvement = { full: 4, weak: 1 };
  const money = weakShare(improvement, owned, purse) * purse.left;
  const gainPerCost = (level: 'full' | 'weak', bought: number): number =>
    (improvement[level] * (1 + owned[level])) / (1 + owned[level] + bought / costs[level]) / costs[level];
  assert.ok(money > 0 && money < 200);
  assert.ok(Math.abs(gainPerCost('weak', money) - gainPerCost('full', purse.left - money)) < 1e-12);
});

test('adaptive-ratio gives a useless level nothing, and never more than the purse', () => {
  const purse = { left: 100, price: () => 1, affords: () => 0 };
  const owned = { full: 10, weak: 10 };
  assert.equal(weakShare({ full: 1, weak: 0 }, owned, purse), 0);
  assert.equal(weakShare({ full: 0, weak: 1 }, owned, purse), 1);
  assert.equal(weakShare({ full: 1, weak: 1 }, { full: 10, weak: 10 }, purse), 0.5);
  assert.equal(weakShare({ full: 1, weak: 1e-3 }, { full: 10, weak: 5000 }, purse), 0);
});

test('matched controls buy the counts they are given, full labels by margin in matched-margin', async () => {
  const pool = { size: 60, budget: 10, matched: { full: 3, weak: 12 } };
  for (const name of ['matched-random', 'matched-margin']) {
    const { context, prediction } = fakeContext(pool);
    const { purchases } = await createStrategy(name).query(context);
    const full = purchases.filter(({ level }) => level === 'full').map(({ row }) => row);
    assert.deepEqual([full.length, purchases.length], [3, 15]);
    const byMargin = (await createStrategy('margin').query(context)).purchases.slice(0, 3).map(({ row }) => row);
    if (name === 'matched-margin') assert.deepEqual(full, byMargin);
    else assert.notDeepEqual(full, byMargin);
    assert.ok(prediction.fine.rows === 60);
  }
});

test('a control without purchases to match says what to do', async () => {
  const { matched, ...context } = fakeContext({ size: 5 }).context;
  assert.ok(matched);
  await assert.rejects(createStrategy('matched-random').query(context), {
    name: 'InputError',
    message: /run "weak-annotator" with the same seed and setup first, and give the boughtFull and boughtWeak/,
  });
});
