import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix } from '../../lib/engine/matrix';
import type { Query, QueryContext } from '../../lib/strategies/strategy';
import { weakAnnotatorPlus } from '../../lib/strategies/weak-annotator-plus';
import { fakeContext, type FakePool } from './fake-context';
import { assertProper } from './proper';

const strategy = weakAnnotatorPlus.create();
const trusted = [0, 1, 2, 3];

/** A query where an answer tells so many nats of each row's class. */
async function query(
  nats: (row: number) => number,
  pool: Partial<FakePool> = {},
  context: Partial<QueryContext> = {},
): Promise<Query> {
  const fake = fakeContext({ size: 40, full: trusted, weak: [], ...pool });
  trusted.forEach((row) => fake.pool.addWeak(row, 0, { trusted: true }));
  const found = await strategy.query({
    ...fake.context,
    ...context,
    information: async (rows) => Float64Array.from(rows, nats),
  });
  assertProper(found, fake, strategy);
  return found;
}

const count = ({ purchases }: Query, wanted: string): number =>
  purchases.filter(({ level }) => level === wanted).length;

test('before anything is known of the annotator, its answers to the trusted images are bought, and the round goes on', async () => {
  const fake = fakeContext({ size: 40, full: trusted });
  const { purchases, continues } = await strategy.query(fake.context);
  assert.deepEqual(
    purchases,
    trusted.map((row) => ({ row, level: 'weak' })),
  );
  assert.equal(continues, true);
});

test('answers that tell nothing are not bought: all the money goes to full labels', async () => {
  const found = await query(() => 0);
  assert.deepEqual([count(found, 'full'), count(found, 'weak')], [10, 0]);
});

test('answers that teach more for their price than full labels are bought first, in no order of what they tell', async () => {
  const found = await query((row) => (row < 20 ? 1.7 : 1.6));
  assert.equal(count(found, 'full'), 0, 'full labels wait until the answers are learnt from');
  assert.equal(found.continues, true);
  const first = found.purchases.slice(0, 16).map(({ row }) => row);
  assert.ok(
    first.some((row) => row >= 20),
    first.join(),
  );
  assert.deepEqual(await query((row) => (row < 20 ? 1.7 : 1.6)), found);
});

test('an answer that tells a share s of an unknown class is bought below the price of s to the power 1.5 full labels', async () => {
  const classes = 6;
  const posterior = async (rows: Int32Array) =>
    matrix(rows.length, classes, new Float32Array(rows.length * classes).fill(1 / classes));
  const bought = async (share: number, weak: number): Promise<number> =>
    count(await query(() => share * Math.log(classes), { costs: { full: 1, weak } }, { posterior }), 'weak');
  assert.deepEqual([await bought(0.5, 0.36), await bought(0.21, 0.1)], [0, 0]);
  assert.ok((await bought(0.5, 0.34)) > 0 && (await bought(0.22, 0.1)) > 0);
});

test('the annotator gets half of the money at most, what was spent before included', async () => {
  const costs = { full: 1, weak: 0.2 };
  const found = await query(() => 2, { costs, budget: 10 }); // 4 full labels were bought, and 4 answers to them
  const money = 4 + 4 * costs.weak + 10;
  assert.equal(count(found, 'weak'), Math.floor((money / 2 - 4 * costs.weak) / costs.weak));
});

test('the dearer a weak label, the more it must tell; one full label a round is always bought', async () => {
  const bought = async (weak: number): Promise<number> =>
    count(await query((row) => row / 40, { costs: { full: 1, weak }, budget: 10 }), 'weak');
  const [cheap, dear, dearest] = [await bought(0.01), await bought(0.2), await bought(1)];
  assert.ok(cheap > dear && dear > dearest, `${cheap}, ${dear}, ${dearest}`);
  assert.equal(dearest, 0);
});

test('an answer as dear as a full label is never bought, not even to learn how good the annotator is', async () => {
  for (const weak of [1, 2]) {
    const fake = fakeContext({ size: 40, full: trusted, costs: { full: 1, weak } });
    const found = await strategy.query(fake.context);
    assertProper(found, fake, strategy);
    assert.deepEqual([count(found, 'full'), count(found, 'weak')], [10, 0]);
  }
});

test('answers are bought once a round: when they have been learnt from, what is left buys full labels', async () => {
  const answered = { weak: [10, 11] };
  assert.ok(count(await query(() => 2, answered), 'weak') > 0);
  const found = await query(() => 2, answered, { step: 1 });
  assert.deepEqual([count(found, 'full'), count(found, 'weak'), found.continues], [10, 0, undefined]);
});

test('typical images get one label a class on average, two where no answer tells of the others; then gradients choose', async () => {
  const classes = 6; // and four labels
  const asksForGradients = async (budget: number, weak: readonly number[], isFoundOut = false): Promise<boolean> => {
    let asks = false;
    const { context, pool } = fakeContext({ size: 40, full: trusted, classes });
    const hidden = (rows: Int32Array) => ((asks = true), context.hidden(rows));
    await query(() => 0, { budget, weak, classes }, { hidden, ...(isFoundOut && { pool: pool.withoutWeak() }) });
    return asks;
  };
  assert.deepEqual([await asksForGradients(8, []), await asksForGradients(9, [])], [false, true]);
  assert.deepEqual([await asksForGradients(2, [10]), await asksForGradients(3, [10])], [false, true]);
  assert.equal(await asksForGradients(8, [10], true), false, 'an annotator that was found out tells nothing');
});

test('an annotator that has been found out is asked no more', async () => {
  const fake = fakeContext({ size: 40, full: trusted });
  const { purchases } = await strategy.query({ ...fake.context, pool: fake.pool.withoutWeak() });
  assert.ok(purchases.every(({ level }) => level === 'full') && purchases.length === 10);
});

test('half of the first money buys typical images, before there is a model', async () => {
  const fake = fakeContext({ size: 40, budget: 10 });
  const { purchases, continues } = await strategy.start!(fake.context);
  assert.deepEqual([purchases.length, continues], [5, true]);
  assert.ok(purchases.every(({ level }) => level === 'full'));
});
