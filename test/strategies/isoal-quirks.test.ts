import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { createRandom } from '../../lib/random';
import { createStrategy } from '../../lib/strategies/registry';
import { chooseWithinBudget } from '../../lib/strategies/sampling/within-budget';
import { fakeContext, type FakePool } from './fake-context';
import { lateEngine } from './late-engine';

// What ISOAL's published code does, and ours must not, one test each, by isoal and by the method.

const query = async (name: string, pool: FakePool) => {
  const fake = fakeContext(pool);
  const { purchases, utilities } = await createStrategy(name).query(fake.context);
  const price = fake.ledger.price;
  const spent = purchases.reduce((sum, { level }) => sum + price.call(fake.ledger, level), 0);
  return { purchases, utilities, spent, fake };
};
const seeds = Array.from({ length: 20 }, (_, seed) => seed);

for (const name of ['isoal', 'weak-annotator']) {
  test(`${name}: overshoot: the last label must fit what is left, and the rest is kept for the next round`, async () => {
    for (const seed of seeds) {
      const { spent, fake } = await query(name, { size: 60, seed, budget: 3.5, costs: { full: 1, weak: 0.3 } });
      assert.ok(spent <= fake.ledger.left && fake.ledger.left - spent < fake.ledger.price('full'), `${spent}`);
      assert.equal(fake.ledger.left, 35); // units: the strategy paid nothing itself
    }
  });

  test(`${name}: weak and full in one batch: an image gets one of them`, async () => {
    for (const seed of seeds) {
      const { purchases } = await query(name, { size: 12, seed, budget: 30, costs: { full: 1, weak: 0.5 } });
      assert.equal(purchases.length, 12);
      assert.equal(new Set(purchases.map(({ row }) => row)).size, 12);
    }
  });

  test(`${name}: value 0: a level that improves nothing is not bought, even if money is left`, async () => {
    const levels = async (full: number, weak: number): Promise<Set<string>> => {
      const { purchases } = await query(name, { size: 10, budget: 100, improvement: { full, weak } });
      return new Set(purchases.map(({ level }) => level));
    };
    assert.deepEqual(await levels(0, 1), new Set(['weak']));
    assert.deepEqual(await levels(1, 0), new Set(['full']));
  });

  test(`${name}: NaN: an image whose uncertainty cannot be computed ranks last, and is worth nothing`, async () => {
    const { purchases, utilities } = await query(name, {
      size: 10,
      budget: 100,
      spoil: (p) => ({
        ...p,
        fine: matrix(
          10,
          p.fine.columns,
          p.fine.data.map((v, at) => (at < p.fine.columns ? NaN : v)),
        ),
      }),
    });
    assert.equal(utilities!.full![0], 0);
    assert.ok(utilities!.full!.slice(1).every((value) => value > 0));
    assert.ok(purchases.every(({ row, level }) => row !== 0 || level === 'weak'));
  });

  test(`${name}: all distances 0: where all images look the same, it draws by value, and buys what it can`, async () => {
    const spoil: FakePool['spoil'] = (p) => ({ ...p, hidden: matrix(8, 5) });
    const { purchases } = await query(name, { size: 8, budget: 5, costs: { full: 1, weak: 1 }, spoil });
    assert.equal(purchases.length, 5);
  });

  test(`${name}: labelled points: ranks are among the images that can still get that label`, async () => {
    const { utilities } = await query(name, {
      size: 8,
      full: [0, 1],
      weak: [2, 3],
      costs: { full: 1, weak: 0.1 },
      improvement: { full: 3, weak: 1 },
    });
    const sorted = (values: Float64Array): number[] =>
      [...values].filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
    const close = (actual: number[], expected: number[]): void => {
      assert.equal(actual.length, expected.length);
      actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-9, `${value}, not ${expected[i]}`));
    };
    // value = rank * improvement / price in units: 6 images can get a full label (10 units), 4 a weak one (1 unit)
    close(
      sorted(utilities!.full!),
      [1, 2, 3, 4, 5, 6].map((rank) => ((rank / 6) * 3) / 10),
    );
    close(sorted(utilities!.weak!), [0.25, 0.5, 0.75, 1]);
  });

  test(`${name}: an empty level: no image left for weak labels, or none at all, is no error`, async () => {
    const rows = [0, 1, 2, 3, 4];
    const weakDone = await query(name, { size: 5, weak: rows, budget: 2 });
    assert.deepEqual(
      weakDone.purchases.map(({ level }) => level),
      ['full', 'full'],
    );
    const { context } = fakeContext({ size: 5, full: rows, budget: 2 });
    const never = (): Promise<never> => Promise.reject(new Error('there is nothing to ask the network about'));
    assert.deepEqual(
      (await createStrategy(name).query({ ...context, predict: never, improvement: never })).purchases,
      [],
    );
  });
}

test('distances are updated, not computed again: each centre is multiplied with the images at most once', async () => {
  const random = createRandom(3);
  const hidden = matrix(
    50,
    4,
    Float32Array.from({ length: 200 }, () => random.normal()),
  );
  const levels = [2, 1].map((price) => ({ price, values: Array.from({ length: 50 }, () => random.uniform()) }));
  let centres = 0;
  const engine: Engine = {
    name: 'counts',
    product(a, b, options) {
      assert.equal(a.rows, 50);
      centres += b.rows;
      return lateEngine.product(a, b, options);
    },
  };
  const choices = await chooseWithinBudget(hidden, levels, 30, random, engine);
  const most = choices.reduce((sum, { level }) => sum + (level === 0 ? 2 : 1), 0); // a full choice and its weak copy
  assert.ok(centres > 0 && centres <= most, `${centres} centres of ${most}`);
});

test('value is percentile rank times improvement by price, the largest first', async () => {
  const { purchases, utilities } = await query('weak-annotator', { size: 20, improvement: { full: 30, weak: 1 } });
  const best = utilities!.full!.indexOf(Math.max(...utilities!.full!));
  assert.deepEqual(purchases[0], { row: best, level: 'full' });
  assert.equal(utilities!.full![best], 30 / 10);
  assert.equal(Math.max(...utilities!.weak!), 1);
});
