import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../../lib/errors';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import type { Prediction } from '../../lib/model/network';
import { strategies } from '../../lib/strategies/registry';
import type { Query } from '../../lib/strategies/strategy';
import { fakeContext, type Fake, type FakePool } from './fake-context';

/** What a query must be, whatever the strategy: affordable, without repeats, and only what may be bought. */
function assertProper({ purchases, utilities }: Query, { pool, ledger }: Fake, buys: readonly string[]): void {
  const rows = new Set<number>();
  for (const { row, level } of purchases) {
    assert.ok(buys.includes(level), `buys a ${level} label`);
    assert.ok(!rows.has(row), `row ${row} is bought twice`);
    rows.add(row);
    ledger.pay(level); // throws beyond the purse
    if (level === 'full')
      pool.addFull(row, 0); // throws if it has one
    else pool.addWeak(row, 0);
  }
  for (const values of Object.values(utilities)) assert.equal(values.length, pool.size);
}

const describe = ({ purchases }: Query): string => purchases.map(({ row, level }) => `${level} ${row}`).join(', ');
const fill = (a: Matrix, value: number): Matrix =>
  matrix(a.rows, a.columns, new Float32Array(a.data.length).fill(value));

const pools: fc.Arbitrary<FakePool> = fc
  .record({
    size: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer({ min: 0, max: 1000 }),
    budget: fc.integer({ min: 1, max: 60 }),
    weak: fc.constantFrom(0.01, 0.1, 0.3, 1),
    labels: fc.array(fc.constantFrom('none', 'full', 'weak'), { minLength: 40, maxLength: 40 }),
    improvement: fc.constantFrom(
      { full: 1, weak: 1 },
      { full: 0, weak: 1 },
      { full: 1, weak: 0 },
      { full: 10, weak: 1 },
    ),
  })
  .map(({ labels, weak, ...rest }) => {
    const rows = (label: string): number[] =>
      Array.from({ length: rest.size }, (_, i) => i).filter((i) => labels[i] === label);
    return { ...rest, costs: { full: 1, weak }, full: rows('full'), weak: rows('weak') };
  });

for (const { name, description, source, buys, create } of strategies) {
  test(`${name}: says what it is, where it comes from, and has its name`, () => {
    assert.ok(description.length > 10 && source.length > 5);
    assert.equal(create().name, name);
    if (buys.includes('weak')) assert.ok(create().weakLabels, 'says who gives its weak labels');
  });

  test(`${name}: never beyond the purse, no row twice, nothing that has a full label, whatever the pool`, async () => {
    await fc.assert(
      fc.asyncProperty(pools, async (pool) => {
        const usable = buys.includes('weak') ? pool : { ...pool, weak: [] };
        const fake = fakeContext(usable);
        assertProper(await create().query(fake.context), fake, buys);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test(`${name}: spends all it can`, async () => {
    const fake = fakeContext({ size: 30, budget: 12, full: [3, 4] });
    assertProper(await create().query(fake.context), fake, buys);
    assert.ok(
      fake.ledger.left < fake.ledger.price('full') || fake.pool.unlabelled().length === 0,
      `${fake.ledger.left} units are left`,
    );
  });

  test(`${name}: the same seed gives the same query, and another seed or none changes neither model nor data`, async () => {
    const query = async (seed: number) => {
      const fake = fakeContext({ size: 40, seed: 5, full: [1, 2, 3] });
      const before = JSON.stringify([
        fake.prediction.fine.data,
        fake.prediction.hidden.data,
        fake.prediction.coarse.data,
      ]);
      const random = fake.context.random.stream(seed);
      const text = describe(await create().query({ ...fake.context, random }));
      assert.equal(
        JSON.stringify([fake.prediction.fine.data, fake.prediction.hidden.data, fake.prediction.coarse.data]),
        before,
      );
      return text;
    };
    assert.equal(await query(1), await query(1));
  });

  test(`${name}: empty pool, one left, a budget larger than the pool`, async () => {
    const all = Array.from({ length: 8 }, (_, i) => i);
    for (const pool of [
      { size: 8, full: all },
      { size: 8, full: all.slice(1) },
      { size: 8, budget: 1000 },
      { size: 1 },
    ]) {
      const fake = fakeContext(pool);
      const unlabelled = fake.pool.notFull().length;
      const query = await create().query(fake.context);
      assertProper(query, fake, buys);
      if (!unlabelled) assert.equal(query.purchases.length, 0);
      else assert.ok(query.purchases.length > 0, 'buys what there is');
    }
  });

  test(`${name}: probabilities that are not numbers are refused by name, or never preferred`, async () => {
    const spoil = (p: Prediction) => ({ ...p, fine: fill(p.fine, NaN), coarse: fill(p.coarse, NaN) });
    const fake = fakeContext({ size: 20, full: [0, 1], spoil });
    const query = await create()
      .query(fake.context)
      .catch((error: unknown) => {
        assert.ok(error instanceof InputError && error.message.includes('NaN'), String(error));
      });
    if (query) assertProper(query, fake, buys);
  });

  test(`${name}: a single class, constant features, constant probabilities`, async () => {
    const spoils: FakePool['spoil'][] = [
      (p) => ({ ...p, hidden: fill(p.hidden, 1) }),
      (p) => ({ ...p, hidden: fill(p.hidden, 0) }),
      (p) => ({ ...p, fine: fill(p.fine, 1 / p.fine.columns), coarse: fill(p.coarse, 1 / p.coarse.columns) }),
    ];
    for (const spoil of spoils) {
      const fake = fakeContext({ size: 20, full: [0, 1], ...(spoil && { spoil }) });
      assertProper(await create().query(fake.context), fake, buys);
    }
    const single = fakeContext({ size: 20, classes: 1, full: [0] });
    assertProper(await create().query(single.context), single, buys);
  });

  test(`${name}: utilities are numbers where a label could be bought, and NaN elsewhere`, async () => {
    const fake = fakeContext({ size: 20, full: [0, 1, 2], weak: buys.includes('weak') ? [5] : [] });
    const { utilities } = await create().query(fake.context);
    assert.ok(utilities.full);
    utilities.full.forEach((value, row) => assert.equal(Number.isNaN(value), row < 3, `row ${row}: ${value}`));
    if (buys.includes('weak')) assert.ok(Number.isNaN(utilities.weak![5]) && utilities.weak![6]! >= 0);
  });
}
