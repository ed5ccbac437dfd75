import assert from 'node:assert/strict';
import { test } from 'node:test';
import { synthetic } from '../../inputs/datasets/synthetic';
import type { Dataset, Split } from '../../lib/data/dataset';
import { createEngine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { tensors } from '../../lib/engine/tensors';
import { vitPreprocessing } from '../../inputs/features/preprocessing/config';
import type { Batch } from '../../lib/model/network';
import { initialParameters, train } from '../../lib/model/trainer';
import { trainingOptions } from '../../lib/model/training-options';
import { noLabels, type TrainingSet } from '../../lib/model/training-set';
import { vitFactoryOf } from '../../fine-tuning/factory';
import { firstTrained, vitTrainingOptions, type VitTrainingOptions } from '../../fine-tuning/options';
import { PreparedImages } from '../../fine-tuning/prepared-images';
import { createRandom } from '../../lib/random';
import type { Vit } from '../../inputs/features/vit/weights';
import { randomVit } from '../inputs/features/vit/random';
import { smallVit } from '../inputs/features/vit/small';

const base = synthetic({ fine: 4, coarse: 2, pool: 24, test: 8 });
const shape = { features: 1, hidden: 6, fine: 4, coarse: 2 };

/** Noise whose brightness tells the class. */
function pictures({ fine }: Split, seed: number): Split {
  const random = createRandom(seed);
  const size = 12 * 12;
  const pixels = Uint8Array.from({ length: fine.length * size }, (_, at) => {
    const label = fine[Math.floor(at / size)]!;
    return 40 + 50 * label + random.integer(30);
  });
  return { fine, images: { count: fine.length, height: 12, width: 12, channels: 1, pixels } };
}
const data: Dataset = { ...base, pool: pictures(base.pool, 1), test: pictures(base.test, 2) };
const preprocessing = { ...vitPreprocessing, resize: { height: 12, width: 12 } };
const images = new PreparedImages([data.pool, data.test], preprocessing);

const batch: Batch = {
  inputs: matrix(5, 1, Float32Array.of(3, 0, 25, 7, 11)),
  fineLabels: Int32Array.of(0, 1, 2, 3, 0),
  fineWeights: Float32Array.of(0.3, 0.2, 0, 0.2, 0.3),
  coarseLabels: Int32Array.of(0, 1, 1, 0, 1),
  coarseWeights: Float32Array.of(0.1, 0.2, 0.4, 0, 0.3),
  corrected: Uint8Array.of(0, 0, 1, 0, 1),
};
const T = matrix(2, 2, Float32Array.of(0.8, 0.2, 0.3, 0.7));

async function network(vit: Vit, options: Partial<VitTrainingOptions> = {}) {
  const made = await vitFactoryOf(vit, images, vitTrainingOptions({ microBatch: 2, ...options }))(shape);
  made.setTransition(T);
  made.load(initialParameters(made.shape, createRandom(0)));
  return made;
}

test('a data set of one group trains a ViT, with separate heads and with a tied one', async () => {
  const vit = await smallVit('vit');
  for (const tiedTo of [undefined, new Int32Array(4)]) {
    const factory = vitFactoryOf(vit, images, vitTrainingOptions({ trainable: 'last-1' }));
    const made = await factory({ ...shape, coarse: 1, ...(tiedTo && { tiedTo }) });
    made.setTransition(matrix(1, 1, Float32Array.of(1)));
    made.load(initialParameters(made.shape, createRandom(0)));
    const one = { ...batch, coarseLabels: new Int32Array(5) };
    const before = await made.step(one, 0.01);
    assert.ok((await made.step(one, 0.01)) < before);
    made.dispose();
  }
});

test("the extractor's gradients are the loss's slopes, through heads, forward correction and accumulated parts", async () => {
  const vit = await smallVit('dinov2');
  const square = { ...vit, config: { ...vit.config } };
  const made = await network(square);
  const { gradients } = await made.gradients(batch);
  const start = made.parameters();
  const names = [
    'embeddings.patch_embeddings.projection.weight',
    'embeddings.position_embeddings',
    'encoder.layer.2.layer_scale2.lambda1',
  ];
  for (const name of names) {
    const gradient = gradients.extractor!.get(name)!;
    const at = gradient.reduce((best, value, i) => (Math.abs(value) > Math.abs(gradient[best]!) ? i : best), 0);
    const lossAt = async (shift: number): Promise<number> => {
      const moved = start.extractor!.get(name)!.slice();
      moved[at]! += shift;
      made.load({ ...start, extractor: new Map([...start.extractor!, [name, moved]]) });
      return (await made.gradients(batch)).loss;
    };
    const step = 0.01;
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    assert.ok(
      Math.abs(slope - gradient[at]!) < 0.01 * Math.abs(slope) + 2e-5,
      `${name}: ${gradient[at]}, slope ${slope}`,
    );
  }
  made.dispose();
});

test('in how many parts a batch goes through the extractor changes nothing but rounding', async () => {
  const vit = await smallVit('vit');
  const [one, many] = [await network(vit, { microBatch: 5 }), await network(vit, { microBatch: 2 })];
  const [a, b] = [await one.gradients(batch), await many.gradients(batch)];
  for (const [name, gradient] of a.gradients.extractor!) {
    const other = b.gradients.extractor!.get(name)!;
    const scale = gradient.reduce((best, value) => Math.max(best, Math.abs(value)), 1e-3);
    assert.ok(
      gradient.every((value, i) => Math.abs(value - other[i]!) < 1e-4 * scale),
      name,
    );
  }
  one.dispose();
  many.dispose();
});

test('the layers that are to be trained are, and no others; loading without them goes back to the pre-trained', async () => {
  const vit = await smallVit('vit');
  const changed = async (trainable: VitTrainingOptions['trainable']) => {
    const made = await network(vit, { trainable, rate: 1 });
    const before = made.parameters().extractor!;
    for (let i = 0; i < 2; i++) await made.step(batch, 1e-3);
    const after = made.parameters();
    const names = [...before.keys()];
    assert.ok(
      names.every(
        (name) => name.endsWith('key.bias') || before.get(name)!.some((w, i) => w !== after.extractor!.get(name)![i]),
      ),
    );
    const heads = initialParameters(made.shape, createRandom(0));
    assert.notDeepEqual(after.fine, heads.fine);
    made.load(heads);
    assert.deepEqual(made.parameters().extractor, before);
    made.dispose();
    return names;
  };
  assert.equal((await changed('all')).length, vit.weights.size);
  const top = await changed('last-1');
  assert.ok(top.length === 18 && top.every((name) => /^(encoder\.layer\.2\.|layernorm\.)/.test(name)), top.join());
  assert.deepEqual(await changed('heads'), []);
  assert.throws(() => firstTrained(vit.config, 'last-9'), /Unexpected vit.trainable: "last-9"; .* last-1 to last-3/);
});

test('training leaves no tensor behind, step after step', async () => {
  const { tf } = await tensors();
  const before = tf.memory().numTensors;
  const made = await network(await smallVit('dinov2'), { trainable: 'last-2' });
  await made.step(batch, 1e-3);
  const during = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) await made.step(batch, 1e-3);
  await made.predict(batch.inputs);
  await made.gradients(batch);
  made.setTransition(T);
  assert.equal(tf.memory().numTensors, during);
  made.load(made.parameters());
  made.dispose();
  assert.equal(tf.memory().numTensors, before);
});

test('trained as the experiments do it, it learns, each round alike from the pre-trained state', async () => {
  const { config } = await smallVit('vit');
  const vit = randomVit({ ...config, layers: 1 }, createRandom(3));
  const numbers = (from: number, to: number) =>
    matrix(
      to - from,
      1,
      Float32Array.from({ length: to - from }, (_, i) => from + i),
    );
  const set: TrainingSet = {
    hierarchy: data.hierarchy,
    features: base.pool.features!,
    inputs: numbers(0, 24),
    full: { rows: Int32Array.from({ length: 12 }, (_, i) => i), labels: data.pool.fine.slice(0, 12) },
    weak: noLabels,
    validation: { features: base.test.features!, inputs: numbers(24, 32), fine: data.test.fine },
  };
  const options = trainingOptions({
    steps: 60,
    batchSize: 12,
    evaluations: 6,
    whitening: false,
    inputNoise: 0,
    dropout: 0,
    hidden: 16,
    learningRate: 0.01,
    coarseHead: 'none',
  });
  const factory = vitFactoryOf(vit, images, vitTrainingOptions({ microBatch: 12, rate: 0.3 }));
  const run = async () => {
    const model = await train(set, options, createRandom(0), { engine: await createEngine(), createNetwork: factory });
    const { fine } = await model.predict(numbers(24, 32));
    model.dispose();
    return { accuracy: model.validationAccuracy, fine: fine.data };
  };
  const [first, second] = [await run(), await run()];
  assert.ok(first.accuracy >= 0.75, `accuracy ${first.accuracy}`);
  assert.deepEqual(second.fine, first.fine);
});
