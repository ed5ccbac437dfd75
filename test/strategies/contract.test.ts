import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { takeRows } from '../../lib/engine/matrix';
import { createRandom } from '../../lib/random';
import { defineStrategy } from '../../lib/strategies/define';
import { count } from '../../lib/choices/options';
import { strategies } from '../../lib/strategies/registry';
import type { Query } from '../../lib/strategies/strategy';
import { contracts, faultsOf, sourceOf } from './contracts';
import { fakeContext, type FakePool } from './fake-context';
import { buyRound } from './proper';

const describe = ({ purchases }: Query): string => purchases.map(({ row, level }) => `${level} ${row}`).join(', ');
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

test('at least eleven strategies are registered, each under a name of its own, and no contract is without one', () => {
  const names = strategies.map(({ name }) => name);
  assert.ok(names.length >= 11);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual([...names].sort(), Object.keys(contracts).sort());
});

test('a strategy without contract run, file or words, or with an option that is not described, would fail', () => {
  const nameless = defineStrategy({
    name: 'half-done',
    description: '',
    source: '',
    buys: [],
    options: { k: { ...count(1, 2, ''), accepts: '' } },
    create: () => ({ query: async () => ({ purchases: [], utilities: {} }) }),
  });
  assert.equal(faultsOf(nameless).length, 10);
  const badge = strategies.find(({ name }) => name === 'badge')!;
  assert.deepEqual(faultsOf(badge), []);
  const undocumented = sourceOf('badge').replace(/\/\*\*[^]*?\*\//, '');
  assert.deepEqual(faultsOf(badge, undocumented), [
    'no docstring before its definition',
    'a docstring that says nothing',
  ]);
});

for (const entry of strategies) {
  const { name, buys, create } = entry;
  const contract = contracts[name] ?? { permuted: 'all' };

  test(`${name}: is documented, has its name, and says who gives its weak labels`, () => {
    assert.deepEqual(faultsOf(entry), []);
    assert.equal(create().name, name);
    assert.equal(create().weakLabels !== undefined, buys.includes('weak'));
  });

  test(`${name}: three rounds in whole units: within the purse, the rest carried over, no label bought twice`, async () => {
    await fc.assert(
      fc.asyncProperty(pools, async (pool) => {
        const fake = fakeContext({ ...pool, budget: 1 + ((pool.budget ?? 0) % 9), weak: [], full: [] });
        for (let round = 1; round <= 3; round++) {
          await buyRound(create(), fake);
          const { full, weak } = fake.pool.counts;
          const spent = full * fake.ledger.price('full') + weak * fake.ledger.price('weak');
          assert.equal(fake.ledger.left, round * fake.allowance - spent);
          fake.ledger.openRound();
        }
      }),
      { numRuns: 15, seed: 2 },
    );
  });

  if (typeof contract.permuted === 'string')
    test(`${name}: ${contract.permuted} picks follow when the pool is permuted`, async () => {
      for (let seed = 0; seed < 10; seed++) {
        const order = createRandom(seed).stream('order').permutation(30);
        const setup = { size: 30, seed, budget: 6, full: [2, 11, 17] };
        const plain = (await create().query(fakeContext(setup).context)).purchases;
        const moved = fakeContext({
          ...setup,
          full: setup.full.map((row) => order.indexOf(row)),
          spoil: ({ hidden, fine, coarse }) => ({
            hidden: takeRows(hidden, order),
            fine: takeRows(fine, order),
            coarse: takeRows(coarse, order),
          }),
        });
        const back = (await create().query(moved.context)).purchases.map((p) => ({ ...p, row: order[p.row]! }));
        const known = contract.permuted === 'all' ? plain.length : 1;
        assert.deepEqual(back.slice(0, known), plain.slice(0, known));
      }
    });

  if (buys.includes('weak'))
    test(`${name}: where every image has a weak label, it buys full ones for them`, async () => {
      const fake = fakeContext({ size: 12, budget: 3, weak: Array.from({ length: 12 }, (_, i) => i) });
      const query = await buyRound(create(), fake);
      assert.deepEqual(
        query.purchases.map(({ level }) => level),
        ['full', 'full', 'full'],
      );
    });

  test(`${name}: never beyond the purse, no row twice, nothing that has a full label, whatever the pool`, async () => {
    await fc.assert(
      fc.asyncProperty(pools, async (pool) => {
        const usable = buys.includes('weak') ? pool : { ...pool, weak: [] };
        const fake = fakeContext(usable);
        await buyRound(create(), fake);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test(`${name}: ${contract.leaves ? 'leaves ' + contract.leaves : 'leaves less than a full label'}`, async () => {
    const fake = fakeContext({ size: 30, budget: 12, full: [3, 4] });
    await buyRound(create(), fake);
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

  test(`${name}: utilities are numbers where a label could be bought, and NaN elsewhere`, async () => {
    const fake = fakeContext({ size: 20, full: [0, 1, 2], weak: buys.includes('weak') ? [5] : [] });
    const { utilities } = await buyRound(create(), fake);
    assert.ok(utilities!.full);
    utilities!.full.forEach((value, row) => assert.equal(Number.isNaN(value), row < 3, `row ${row}: ${value}`));
    if (buys.includes('weak')) assert.ok(Number.isNaN(utilities!.weak![5]) && utilities!.weak![6]! >= 0);
  });
}
