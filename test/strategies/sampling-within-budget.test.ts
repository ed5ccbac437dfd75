import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import { createRandom, type Random } from '../../lib/random';
import { chooseWithinBudget, type LabelLevel } from '../../lib/strategies/sampling/within-budget';
import { lateEngine } from './late-engine';

const random = createRandom(4);
const FULL = 0;
const WEAK = 1;
const choose = (hidden: Matrix, levels: readonly LabelLevel[], budget: number, from: Random) =>
  chooseWithinBudget(hidden, levels, budget, from, lateEngine);

function hiddenRows(n: number, columns = 6, seed = 0): Matrix {
  const r = createRandom(seed).stream('hidden');
  return matrix(
    n,
    columns,
    Float32Array.from({ length: n * columns }, () => Math.max(0, r.normal())),
  );
}

const value = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 10, noNaN: true }) },
  fc.constantFrom(0, NaN, -1, 5e-324),
);
const batch = fc.integer({ min: 0, max: 25 }).chain((n) =>
  fc.record({
    hidden: fc.nat(1000).map((seed) => hiddenRows(n, 6, seed)),
    full: fc.array(value, { minLength: n, maxLength: n }),
    weak: fc.array(value, { minLength: n, maxLength: n }),
    prices: fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 })),
    budget: fc.nat(500),
    seed: fc.nat(),
  }),
);

test('never spends more than the budget, never labels a row twice, never buys what is worth nothing', async () => {
  await fc.assert(
    fc.asyncProperty(batch, async ({ hidden, full, weak, prices, budget, seed }) => {
      const levels = [full, weak].map((values, level) => ({ values, price: prices[level]! }));
      const choices = await choose(hidden, levels, budget, createRandom(seed));
      const spent = choices.reduce((sum, { level }) => sum + prices[level]!, 0);
      assert.ok(spent <= budget, `${spent} of ${budget}`);
      assert.equal(new Set(choices.map(({ row }) => row)).size, choices.length);
      for (const { row, level } of choices) assert.ok(levels[level]!.values[row]! > 0);
      const bought = new Set(choices.map(({ row }) => row));
      if (budget - spent >= Math.max(...prices))
        for (const { values } of levels)
          values.forEach((worth, row) =>
            assert.ok(bought.has(row) || !(worth > 0), `row ${row} could have been bought`),
          );
    }),
    { numRuns: 300 },
  );
});

test('the first choice is the most valuable candidate', async () => {
  const levels = (fullPrice: number): LabelLevel[] => [
    { price: fullPrice, values: [1, 9, 2] },
    { price: 1, values: [3, 1, 4] },
  ];
  const first = async (price: number) => (await choose(hiddenRows(3), levels(price), 5, random))[0];
  assert.deepEqual(await first(5), { row: 1, level: FULL });
  assert.deepEqual(await first(6), undefined);
});

test('the batch ends with the first draw that no longer fits, and the rest is left over', async () => {
  const hidden = hiddenRows(12);
  const levels = [
    { price: 10, values: new Array<number>(12).fill(5) },
    { price: 1, values: new Array<number>(12).fill(1) },
  ];
  const after: number[] = [];
  for (let i = 0; i < 200; i++) {
    const choices = (await choose(hidden, levels, 25, random.stream('ends', i))).map(({ level }) => level);
    const full = choices.filter((level) => level === FULL).length;
    assert.ok(full >= 1 && full <= 2);
    after.push(choices.length - 1 - choices.lastIndexOf(FULL)); // weak ones drawn when no full one fits any more
  }
  // at 25 times the squared length, full candidates are drawn so much more often that the rest hardly buys any
  assert.ok(after.reduce((sum, n) => sum + n, 0) / 200 < 1, String(after));
});

test('the second choice is drawn by squared distance to the first', async () => {
  const hidden = matrix(3, 2, Float32Array.of(3, 0, 0, 2, 1, 0));
  const levels = [{ price: 1, values: [4, 3, 2] }]; // candidates (4, 0), (0, 3), (2, 0): distances 25 and 4
  let third = 0;
  for (let i = 0; i < 3000; i++) {
    const [first, second] = await choose(hidden, levels, 2, random.stream('second', i));
    assert.equal(first!.row, 0);
    if (second!.row === 2) third++;
  }
  assert.ok(Math.abs(third / 3000 - 4 / 29) < 0.02, `${third / 3000}, expected 4/29`);
});

test('a full choice stands for its weak copy as well, a weak one not for the full one', async () => {
  const hidden = matrix(3, 2, Float32Array.of(1, 0, 1, 0, 0, 1));
  // full candidates (9, 0), (8, 0), none; weak ones (3, 0), (3, 0), (0, 1): from (9, 0) alone, 1, 36 and 82 away
  const levels = [
    { price: 1, values: [9, 8, 0] },
    { price: 1, values: [3, 3, 1] },
  ];
  const seconds = [0, 0, 0];
  for (let i = 0; i < 3000; i++) {
    const [first, second] = await choose(hidden, levels, 2, random.stream('copy', i));
    assert.deepEqual(first, { row: 0, level: FULL });
    assert.notDeepEqual(second, { row: 1, level: WEAK }); // where the weak copy of the first lies
    seconds[second!.row]!++;
  }
  assert.ok(Math.abs(seconds[2]! / 3000 - 10 / 11) < 0.02, String(seconds)); // 1 from (9, 0), 10 from (3, 0)
  const weakFirst = [
    { price: 1, values: [3, 0, 0] },
    { price: 1, values: [9, 3, 0] },
  ];
  for (let i = 0; i < 20; i++)
    assert.deepEqual(await choose(hidden, weakFirst, 2, random.stream('weak', i)), [
      { row: 0, level: WEAK },
      { row: 1, level: WEAK },
    ]);
});

test('where all candidates coincide, the draw is by value', async () => {
  const hidden = matrix(4, 3);
  const levels = [{ price: 1, values: [5, 1, 3, 0] }];
  let heavy = 0;
  for (let i = 0; i < 3000; i++) {
    const choices = (await choose(hidden, levels, 4, random.stream('coincide', i))).map(({ row }) => row);
    assert.deepEqual([...choices].sort(), [0, 1, 2]);
    assert.equal(choices[0], 0);
    if (choices[1] === 2) heavy++;
  }
  assert.ok(Math.abs(heavy / 3000 - 0.75) < 0.03, String(heavy / 3000));
});

test('an empty pool, an empty purse and a pool worth nothing give no choice', async () => {
  const two = [
    { price: 2, values: [1, 1] },
    { price: 1, values: [NaN, 0] },
  ];
  assert.deepEqual(await choose(hiddenRows(0), [{ price: 1, values: [] }], 5, random), []);
  assert.deepEqual(await choose(hiddenRows(2), two, 1, random), []);
  assert.deepEqual(await choose(hiddenRows(2), two, 0, random), []);
});

test('the same seed gives the same choices', async () => {
  const hidden = hiddenRows(60);
  const levels = [
    { price: 3, values: Array.from({ length: 60 }, (_, i) => 1 + (i % 7)) },
    { price: 1, values: Array.from({ length: 60 }, (_, i) => 1 + (i % 5)) },
  ];
  const choices = (seed: number) => choose(hidden, levels, 40, createRandom(seed));
  assert.deepEqual(await choices(8), await choices(8));
  assert.notDeepEqual(await choices(8), await choices(9));
});

test('budgets and prices that are no whole units are refused', async () => {
  const level = { price: 1, values: [1, 1] };
  await assert.rejects(choose(hiddenRows(2), [level], 1.5, random), {
    name: 'InputError',
    message: /budget: 1.5/,
  });
  await assert.rejects(choose(hiddenRows(2), [level], -1, random), /budget: -1/);
  await assert.rejects(choose(hiddenRows(2), [{ ...level, price: 0 }], 1, random), /price: 0; expected whole/);
  await assert.rejects(choose(hiddenRows(3), [level], 1, random), /values: 2 for 3 rows/);
});
