import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argmaxRows, matrix, row, takeRows } from '../../lib/engine/matrix';
import { createFastNetwork } from '../../lib/model/fast-network';
import type { Batch, Parameters } from '../../lib/model/network';
import { corrections } from '../../lib/noise/corrections';
import { networkContract } from './network-contract';
import {
  arrays,
  batchFor,
  distance,
  networkFor,
  normals,
  random,
  separate,
  T,
  tied,
  weightsFor,
} from './random-networks';

networkContract('fast network', (shape) => createFastNetwork(shape));

test('the same seed gives the same bytes, in any company and after batches of other sizes', async () => {
  const trained = async (warmUp: boolean): Promise<Parameters> => {
    const r = random.stream('bytes');
    const weights = weightsFor(separate, r);
    const network = await networkFor(separate, weights, { transition: T });
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
  const never = matrix(3, 3, Float32Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0));
  for (const shape of [separate, tied])
    for (const correction of corrections) {
      const r = random.stream('extremes');
      const weights = weightsFor(shape, r);
      for (const name of ['fine', 'coarse'] as const)
        weights[name].forEach((value, i) => (weights[name][i] = 500 * value));
      const network = await networkFor(shape, weights, { transition: never, correction });
      const batch = { ...batchFor(shape, 16, r, { answers: 3 }), coarseLabels: new Int32Array(16).fill(2) };
      const { loss, gradients } = await network.gradients(batch);
      assert.ok(Number.isFinite(loss), String(loss));
      for (const [name, gradient] of arrays(gradients)) assert.ok(gradient.every(Number.isFinite), name);
      await network.step(batch, 0.1);
      const { fine, coarse } = await network.predict(batch.inputs);
      assert.ok([...fine.data, ...coarse.data].every((p) => p >= 0 && p <= 1 + 1e-6));
    }
});

test('a label of weight 0 may be any number, and changes nothing', async () => {
  for (const shape of [separate, tied])
    for (const correction of corrections) {
      const r = random.stream('no weight');
      const network = await networkFor(shape, weightsFor(shape, r), { transition: T, correction });
      const batch = batchFor(shape, 16, r, { answers: 4 });
      const odd = (labels: Int32Array, weights: Float32Array, other: number): Int32Array =>
        labels.map((label, i) => (weights[i] === 0 ? other : label));
      const results = [];
      for (const other of [0, -1, 999])
        results.push(
          await network.gradients({
            ...batch,
            fineLabels: odd(batch.fineLabels, batch.fineWeights, other),
            coarseLabels: odd(batch.coarseLabels, batch.coarseWeights, other),
          }),
        );
      for (const result of results.slice(1)) assert.deepEqual(result, results[0]);
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

test('rows are classified as they are predicted, by either head', async () => {
  for (const shape of [separate, tied]) {
    const r = random.stream('classify');
    const network = await networkFor(shape, weightsFor(shape, r));
    const inputs = normals(700, shape.features, r);
    const prediction = await network.predict(inputs);
    for (const head of ['fine', 'coarse'] as const)
      assert.deepEqual(await network.classify(inputs, head), argmaxRows(prediction[head]), head);
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
  assert.throws(() => network.setTransition(T, { classTransition: matrix(6, 3) }), /per class: 6 x 3; expected 6 x 4/);
  assert.throws(
    () => network.setTransition(T, { correction: 'sideways' as 'forward' }),
    /Unknown correction: "sideways"; expected one of forward, backward, importance/,
  );
  assert.throws(() => network.load({ ...network.parameters(), fine: ones }), /length of "fine": 4; expected 54/);
  await assert.rejects(createFastNetwork({ ...separate, hidden: 0 }), /hidden 0; expected a positive integer/);
  await assert.rejects(createFastNetwork({ ...tied, tiedTo: Int32Array.of(0, 1, 2, 0, 1, 3) }), /group in tiedTo: 3/);
  network.dispose();
  await assert.rejects(network.step(batch, 0.1), /disposed/);
});
