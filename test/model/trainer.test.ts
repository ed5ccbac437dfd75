import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHierarchy } from '../../lib/data/hierarchy';
import { mostlyRight, synthetic } from '../../inputs/datasets/synthetic';
import { createEngine } from '../../lib/engine';
import { matrix, takeRows } from '../../lib/engine/matrix';
import { networkFactory } from '../../lib/model/network-factory';
import { accuracy, meanTrueProbability, train } from '../../lib/model/trainer';
import { trainingOptions, type TrainingOptions } from '../../lib/model/training-options';
import { noLabels, type TrainingSet } from '../../lib/model/training-set';
import { corrections } from '../../lib/noise/corrections';
import { createRandom } from '../../lib/random';

/** Six near classes in twenty dimensions; k and k + 3 share a group. */
const data = synthetic({
  fine: 6,
  coarse: 3,
  pool: 400,
  test: 600,
  features: 20,
  groupSpread: 0.7,
  classSpread: 0.7,
  transition: mostlyRight(3, 0.8),
});
const features = data.pool.features!;
const rows = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
const set: TrainingSet = {
  hierarchy: data.hierarchy,
  features,
  full: { rows: rows(0, 12), labels: data.pool.fine.slice(0, 12) },
  weak: { rows: rows(12, 300), labels: data.answers!.coarse.slice(12, 300) },
  validation: { features: takeRows(features, rows(300, 400)), fine: data.pool.fine.slice(300) },
};
const small = { hidden: 32, steps: 100, batchSize: 32, inputNoise: 0.3 } satisfies Partial<TrainingOptions>;

async function fit(
  options: Partial<TrainingOptions> = {},
  labels: TrainingSet = set,
  trainer: 'fast' | 'tfjs' = 'fast',
) {
  const engine = await createEngine();
  const tools = { engine, createNetwork: networkFactory(trainer, engine) };
  const model = await train(labels, trainingOptions({ ...small, ...options }), createRandom(0), tools);
  const prediction = await model.predict(data.test.features!);
  model.dispose();
  return { model, prediction, fine: accuracy(prediction.fine, data.test.fine) };
}

test('the same seed trains the same network to the last bit', async () => {
  const [one, two] = [await fit(), await fit()];
  assert.deepEqual(one.prediction.fine.data, two.prediction.fine.data);
  assert.deepEqual(one.prediction.coarse.data, two.prediction.coarse.data);
});

test('the two networks, trained alike, predict alike', async () => {
  for (const options of [{ steps: 20 }, { steps: 20, schedule: 'joint', tied: true }] as const) {
    const [fast, tfjs] = [await fit(options), await fit(options, set, 'tfjs')];
    fast.prediction.fine.data.forEach((p, i) =>
      assert.ok(Math.abs(p - tfjs.prediction.fine.data[i]!) < 1e-3, `fine ${i}`),
    );
    fast.prediction.coarse.data.forEach((p, i) => assert.ok(Math.abs(p - tfjs.prediction.coarse.data[i]!) < 1e-3));
  }
});

test('a data set of one group trains either network, whatever the heads and the correction', async () => {
  const hierarchy = createHierarchy(data.hierarchy.fine.map((name) => [name, 'all of them'] as const));
  const weak = { rows: set.weak.rows, labels: new Int32Array(set.weak.rows.length) };
  const one: TrainingSet = { ...set, hierarchy, weak, transition: matrix(1, 1, Float32Array.of(1)) };
  for (const shape of [{}, { schedule: 'joint', tied: true }] as const)
    for (const correction of corrections) {
      const options = { ...shape, steps: 10 };
      const [fast, tfjs] = [
        await fit(options, { ...one, correction }),
        await fit(options, { ...one, correction }, 'tfjs'),
      ];
      fast.prediction.fine.data.forEach((p, i) => assert.ok(Math.abs(p - tfjs.prediction.fine.data[i]!) < 1e-3));
      for (const { coarse } of [fast.prediction, tfjs.prediction])
        assert.ok(coarse.data.every((p) => Math.abs(p - 1) < 1e-6));
    }
});

test('weak labels help the fine head where fine labels are few', async () => {
  const [alone, helped] = [await fit({ coarseHead: 'none' }), await fit({ coarseHead: 'weak' })];
  assert.ok(helped.fine > alone.fine + 0.02, `${helped.fine} with, ${alone.fine} without`);
});

test('without a coarse head, or with a guard of 0, weak labels change nothing', async () => {
  const none = await fit({ coarseHead: 'none' });
  const unweak = await fit({ coarseHead: 'none' }, { ...set, weak: noLabels });
  assert.deepEqual(none.prediction.fine.data, unweak.prediction.fine.data);
  const guarded = await fit({}, { ...set, weakTrust: 0 });
  const trusted = await fit({ coarseHead: 'trusted' });
  assert.deepEqual(guarded.prediction.fine.data, trusted.prediction.fine.data);
});

test("without a coarse head, a group's probability is the sum of its fine classes'", async () => {
  const { fine, coarse } = (await fit({ coarseHead: 'none' })).prediction;
  for (let i = 0; i < 10; i++)
    for (let c = 0; c < 3; c++)
      assert.ok(Math.abs(coarse.data[i * 3 + c]! - fine.data[i * 6 + c]! - fine.data[i * 6 + c + 3]!) < 1e-6);
});

test('the best validation state is kept: its accuracy is that of the model handed out', async () => {
  const engine = await createEngine();
  const tools = { engine, createNetwork: networkFactory('fast', engine) };
  const model = await train(
    set,
    trainingOptions({ ...small, learningRate: 0.3, evaluations: 20 }),
    createRandom(1),
    tools,
  );
  const { fine } = await model.predict(set.validation!.features);
  assert.equal(accuracy(fine, set.validation!.fine), model.validationAccuracy);
  model.dispose();
});

test('training without a full label, and options that make no sense, are refused', async () => {
  await assert.rejects(fit({}, { ...set, full: noLabels }), /at least one full label; got none/);
  assert.throws(() => trainingOptions({ steps: 0 }), /Unexpected steps: 0; expected a positive integer/);
  assert.throws(() => trainingOptions({ dropout: 1 }), /Unexpected dropout: 1/);
  assert.throws(() => trainingOptions({ whitening: 2 }), /Unexpected whitening: 2/);
  assert.throws(() => trainingOptions({ tied: true }), /set schedule: "joint"/);
});

test('accuracy counts the largest at the true class, the mean probability weighs how sure it was', () => {
  const p = matrix(2, 2, Float32Array.of(0.75, 0.25, 0.5, 0.5));
  assert.equal(accuracy(p, Int32Array.of(0, 1)), 0.5); // a tie goes to the first class
  assert.equal(meanTrueProbability(p, Int32Array.of(0, 1)), 0.625);
  assert.equal(meanTrueProbability(matrix(0, 2), new Int32Array(0)), 0);
});
