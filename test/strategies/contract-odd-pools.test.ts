import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../lib/errors';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import type { Prediction } from '../../lib/model/network';
import { strategies } from '../../lib/strategies/registry';
import { fakeContext, type FakePool } from './fake-context';
import { buyRound } from './proper';

// The contract of every registered strategy where a pool or a network is not as it should be.

const fill = (a: Matrix, value: number): Matrix =>
  matrix(a.rows, a.columns, new Float32Array(a.data.length).fill(value));

for (const { name, create } of strategies) {
  test(`${name}: images of which the network says NaN are refused by name, or left until there is nothing else`, async () => {
    const spoiled = (row: number): boolean => row % 2 === 0;
    const rowsOf = (a: Matrix): Matrix =>
      matrix(
        a.rows,
        a.columns,
        a.data.map((value, at) => (spoiled(Math.floor(at / a.columns)) ? NaN : value)),
      );
    let asked = false;
    const fake = fakeContext({
      size: 40,
      budget: 8,
      full: [1],
      spoil: ({ hidden, fine, coarse }) => ({ hidden: rowsOf(hidden), fine: rowsOf(fine), coarse: rowsOf(coarse) }),
    });
    const { predict, members, features } = fake.context;
    const context = {
      ...fake.context,
      predict: (rows: Int32Array) => ((asked = true), predict(rows)),
      members: (...args: Parameters<typeof members>) => ((asked = true), members(...args)),
      features: (rows: Int32Array) => ((asked = true), features(rows)),
    };
    const query = await buyRound(create(), { ...fake, context }).catch((error: unknown) =>
      assert.ok(error instanceof InputError && error.message.includes('NaN'), String(error)),
    );
    if (!query) return;
    if (asked)
      for (const { row, level } of query.purchases)
        assert.ok(level === 'weak' || !spoiled(row), `row ${row} is bought`);
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
      const query = await buyRound(create(), fake);
      if (!unlabelled) assert.equal(query.purchases.length, 0);
      else assert.ok(query.purchases.length > 0, 'buys what there is');
    }
  });

  test(`${name}: probabilities that are not numbers are refused by name, or never preferred`, async () => {
    const spoil = (p: Prediction) => ({ ...p, fine: fill(p.fine, NaN), coarse: fill(p.coarse, NaN) });
    const fake = fakeContext({ size: 20, full: [0, 1], spoil });
    await buyRound(create(), fake).catch((error: unknown) => {
      assert.ok(error instanceof InputError && error.message.includes('NaN'), String(error));
    });
  });

  test(`${name}: a single class, constant features, constant probabilities`, async () => {
    const spoils: FakePool['spoil'][] = [
      (p) => ({ ...p, hidden: fill(p.hidden, 1) }),
      (p) => ({ ...p, hidden: fill(p.hidden, 0) }),
      (p) => ({ ...p, fine: fill(p.fine, 1 / p.fine.columns), coarse: fill(p.coarse, 1 / p.coarse.columns) }),
    ];
    for (const spoil of spoils) {
      const fake = fakeContext({ size: 20, full: [0, 1], ...(spoil && { spoil }) });
      await buyRound(create(), fake);
    }
    const single = fakeContext({ size: 20, classes: 1, full: [0] });
    await buyRound(create(), single);
  });
}
