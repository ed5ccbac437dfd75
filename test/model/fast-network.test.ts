import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix, row, takeRows, type Matrix } from '../../lib/engine/matrix';
import { createFastNetwork } from '../../lib/model/fast-network';
import type { Batch, Network, NetworkShape, Parameters } from '../../lib/model/network';
import { createTfjsNetwork } from '../../lib/model/tfjs-network';
import { createRandom, type Random } from '../../lib/random';
import { networkContract } from './network-contract';
import { referenceLoss, type Weights } from './reference-loss';

networkContract('fast network', (shape) => createFastNetwork(shape));

const separate: NetworkShape = { features: 7, hidden: 9, fine: 6, coarse: 3 };
const tied: NetworkShape = { ...separate, tiedTo: Int32Array.of(0, 1, 2, 0, 1, 0) };
const T = matrix(3, 4, Float32Array.of(0.7, 0.1, 0.1, 0.1, 0.2, 0.6, 0.1, 0.1, 0, 0.3, 0.5, 0.2));
const random = createRandom(5);

function normals(rows: number, columns: number, r: Random, scale = 1): Matrix {
  const out = matrix(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = scale * r.normal();
  return out;
}

function weightsFor({ features: D, hidden: H, fine: K, coarse: C, tiedTo }: NetworkShape, r: Random): Parameters {
  const own = tiedTo ? 0 : C;
  const [shared, fine, coarse] = [normals(D, H, r, 0.5), normals(H, K, r, 0.5), normals(H, own, r, 0.5)];
  const [a, f, c] = [normals(1, H, r, 0.3), normals(1, K, r, 0.3), normals(1, own, r, 0.3)];
  return {
    shared: shared.data,
    sharedBias: a.data,
    fine: fine.data,
    fineBias: f.data,
    coarse: coarse.data,
    coarseBias: c.data,
  };
}

function batchFor(
  shape: NetworkShape,
  n: number,
  r: Random,
  options: { answers?: number; dropout?: boolean } = {},
): Batch {
  const mask = matrix(n, shape.hidden);
  for (let i = 0; i < mask.data.length; i++) mask.data[i] = r.uniform() < 0.3 ? 0 : 1 / 0.7;
  const corrected = Uint8Array.from({ length: n }, () => (options.answers && r.uniform() < 0.6 ? 1 : 0));
  return {
    inputs: normals(n, shape.features, r),
    ...(options.dropout ? { mask } : {}),
    fineLabels: Int32Array.from({ length: n }, () => r.integer(shape.fine)),
    fineWeights: Float32Array.from({ length: n }, () => (r.uniform() < 0.3 ? 0 : r.uniform() / n)),
    coarseLabels: Int32Array.from(corrected, (is) => r.integer(is ? options.answers! : shape.coarse)),
    coarseWeights: Float32Array.from({ length: n }, () => (r.uniform() < 0.3 ? 0 : r.uniform() / n)),
    corrected,
  };
}

const arrays = (p: Parameters): [string, Float32Array][] => Object.entries(p) as [string, Float32Array][];

/** max |a - b| relative to the largest entry of b. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [worst, largest] = [0, 1e-30];
  for (let i = 0; i < b.length; i++) {
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return worst / largest;
}

/** Central differences of the float64 reference by every weight. */
function differences(
  shape: NetworkShape,
  weights: Parameters,
  batch: Batch,
  transition?: Matrix,
): Map<string, number[]> {
  const exact: Record<string, number[]> = Object.fromEntries(
    arrays(weights).map(([name, array]) => [name, Array.from(array)]),
  );
  return new Map(
    Object.entries(exact).map(([name, array]) => [
      name,
      array.map((value, i) => {
        const lossAt = (changed: number): number => {
          array[i] = changed;
          return referenceLoss(shape, exact as unknown as Weights, batch, transition);
        };
        const slope = (lossAt(value + 1e-6) - lossAt(value - 1e-6)) / 2e-6;
        array[i] = value;
        return slope;
      }),
    ]),
  );
}

async function networkFor(shape: NetworkShape, weights: Parameters, transition?: Matrix): Promise<Network> {
  const network = await createFastNetwork(shape);
  network.setTransition(transition);
  network.load(weights);
  return network;
}

for (const [title, shape, transition, dropout] of [
  ['separate heads', separate, undefined, false],
  ['separate heads, forward correction with an answer outside the list, and dropout', separate, T, true],
  ['a tied head', tied, undefined, true],
  ['a tied head and forward correction', tied, T, false],
] as const)
  test(`with ${title}, loss and gradients are those of the definition by finite differences`, async () => {
    const r = random.stream('differences', title);
    const weights = weightsFor(shape, r);
    const network = await networkFor(shape, weights, transition);
    const batch = batchFor(shape, 11, r, { answers: transition?.columns, dropout });
    const { loss, gradients } = await network.gradients(batch);
    const expected = referenceLoss(shape, weights, batch, transition);
    assert.ok(Math.abs(loss - expected) < 1e-6 * expected, `loss ${loss}, expected ${expected}`);
    const numeric = differences(shape, weights, batch, transition);
    for (const [name, gradient] of arrays(gradients)) {
      assert.equal(gradient.length, numeric.get(name)!.length);
      assert.ok(distance(gradient, numeric.get(name)!) < 1e-5, `${name}: ${distance(gradient, numeric.get(name)!)}`);
    }
    network.dispose();
  });

test('the tfjs network, loaded with the same weights, has the same loss, gradients and predictions', async () => {
  for (const shape of [separate, tied]) {
    const r = random.stream('tfjs', String(shape === tied));
    const weights = weightsFor(shape, r);
    const [fast, reference] = [await createFastNetwork(shape), await createTfjsNetwork(shape)];
    for (const network of [fast, reference]) {
      network.setTransition(T);
      network.load(weights);
    }
    for (const n of [4, 33, 1]) {
      const batch = batchFor(shape, n, r, { answers: 4, dropout: true });
      const [ours, theirs] = [await fast.gradients(batch), await reference.gradients(batch)];
      assert.ok(distance([ours.loss], [theirs.loss]) < 1e-5);
      for (const [name, gradient] of arrays(theirs.gradients))
        assert.ok(distance(ours.gradients[name as keyof Parameters], gradient) < 1e-5, name);
      assert.ok(distance([await fast.step(batch, 1e-3)], [await reference.step(batch, 1e-3)]) < 1e-5);
    }
    const inputs = normals(20, shape.features, r);
    const [ours, theirs] = [await fast.predict(inputs), await reference.predict(inputs)];
    for (const part of ['hidden', 'fine', 'coarse'] as const)
      assert.ok(distance(ours[part].data, theirs[part].data) < 1e-4, part);
    fast.dispose();
    reference.dispose();
  }
});

test('the same seed gives the same bytes, in any company and after batches of other sizes', async () => {
  const trained = async (warmUp: boolean): Promise<Parameters> => {
    const r = random.stream('bytes');
    const weights = weightsFor(separate, r);
    const network = await networkFor(separate, weights, T);
    if (warmUp) {
      await network.step(batchFor(separate, 300, r.stream('other')), 0.1);
      network.load(weights);
    }
    for (let i = 0; i < 5; i++)
      await network.step(batchFor(separate, 5 + 3 * i, r, { answers: 4, dropout: true }), 0.01);
    return network.parameters();
  };
  const [alone, ...others] = await Promise.all([trained(false), trained(true), trained(false)]);
  for (const other of others) assert.deepEqual(other, alone);
});

test('logits far apart and answers that T holds impossible give finite losses and gradients', async () => {
  for (const shape of [separate, tied]) {
    const r = random.stream('extremes');
    const weights = weightsFor(shape, r);
    for (const name of ['fine', 'coarse'] as const)
      weights[name].forEach((value, i) => (weights[name][i] = 500 * value));
    const never = matrix(3, 3, Float32Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0));
    const network = await networkFor(shape, weights, never);
    const batch = { ...batchFor(shape, 16, r, { answers: 3 }), coarseLabels: new Int32Array(16).fill(2) };
    const { loss, gradients } = await network.gradients(batch);
    assert.ok(Number.isFinite(loss) && loss > 0, String(loss));
    for (const [name, gradient] of arrays(gradients)) assert.ok(gradient.every(Number.isFinite), name);
    await network.step(batch, 0.1);
    const { fine, coarse } = await network.predict(batch.inputs);
    assert.ok([...fine.data, ...coarse.data].every((p) => p >= 0 && p <= 1 + 1e-6));
  }
});

test('a batch without any label, or without rows, has no loss and moves nothing', async () => {
  const r = random.stream('empty');
  const weights = weightsFor(separate, r);
  const network = await networkFor(separate, weights);
  const zeros = new Float32Array(4);
  const unlabelled = { ...batchFor(separate, 4, r), fineWeights: zeros, coarseWeights: zeros };
  assert.equal(await network.step(unlabelled, 0.1), 0);
  assert.equal(await network.step(batchFor(separate, 0, r), 0.1), 0);
  assert.deepEqual(network.parameters(), weights);
  const { loss, gradients } = await network.gradients(unlabelled);
  assert.equal(loss, 0);
  for (const [, gradient] of arrays(gradients)) assert.ok(gradient.every((value) => value === 0));
  assert.equal((await network.predict(matrix(0, separate.features))).fine.rows, 0);
});

test('more rows than a block are predicted as one by one', async () => {
  const r = random.stream('blocks');
  const network = await networkFor(tied, weightsFor(tied, r));
  const inputs = normals(1100, tied.features, r);
  const all = await network.predict(inputs);
  for (const i of [0, 511, 512, 1099]) {
    const one = await network.predict(takeRows(inputs, [i]));
    for (const part of ['hidden', 'fine', 'coarse'] as const)
      assert.ok(distance(row(all[part], i), one[part].data) < 1e-6, `${part} of row ${i}`);
  }
});

test('what does not fit the network is refused by name, and a disposed network says so', async () => {
  const r = random.stream('errors');
  const network = await networkFor(separate, weightsFor(separate, r));
  const batch = batchFor(separate, 4, r);
  const refused = (changed: Partial<Batch>, message: RegExp): Promise<void> =>
    assert.rejects(network.step({ ...batch, ...changed }, 0.1), { name: 'InputError', message });
  const ones = new Float32Array(4).fill(1);
  await refused({ fineLabels: Int32Array.of(0, 6, 0, 0), fineWeights: ones }, /fine label of row 1: 6.*0 \.\. 5/);
  await refused({ coarseLabels: Int32Array.of(0, 0, -1, 0), coarseWeights: ones }, /coarse label of row 2: -1/);
  await refused({ fineWeights: new Float32Array(3) }, /fineWeights: 3 entries for 4 rows/);
  await refused({ inputs: matrix(4, 8) }, /8 features a row; expected 7/);
  await refused({ mask: matrix(4, 8) }, /mask: 4 x 8; expected 4 rows of 9/);
  assert.throws(() => network.setTransition(matrix(2, 3)), /transition matrix: 2 x 3; expected a row for each of 3/);
  assert.throws(() => network.load({ ...network.parameters(), fine: ones }), /length of "fine": 4; expected 54/);
  await assert.rejects(createFastNetwork({ ...separate, hidden: 0 }), /hidden 0; expected a positive integer/);
  await assert.rejects(createFastNetwork({ ...tied, tiedTo: Int32Array.of(0, 1, 2, 0, 1, 3) }), /group in tiedTo: 3/);
  network.dispose();
  await assert.rejects(network.step(batch, 0.1), /disposed/);
});
