import assert from 'node:assert/strict';
import { readdirSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { synthetic } from '../../inputs/datasets/synthetic';
import { createEngine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { createFastNetwork } from '../../lib/model/fast-network';
import type { Network, NetworkShape } from '../../lib/model/network';
import { createTfjsNetwork } from '../../lib/model/tfjs-network';
import { train, type NetworkFactory } from '../../lib/model/trainer';
import { trainingOptions } from '../../lib/model/training-options';
import type { TrainingSet } from '../../lib/model/training-set';
import { vitFactoryOf } from '../../fine-tuning/factory';
import { vitTrainingOptions } from '../../fine-tuning/options';
import { PreparedImages } from '../../fine-tuning/prepared-images';
import { vitPreprocessing } from '../../inputs/features/preprocessing/config';
import { createRandom } from '../../lib/random';
import { smallVit } from '../inputs/features/vit/small';
import { scratchFolder } from '../scratch';

const base = synthetic({ fine: 4, coarse: 2, pool: 24, test: 8, features: 5 });
const random = createRandom(1);
const pixels = Uint8Array.from({ length: 24 * 144 }, () => random.integer(256));
const split = { fine: base.pool.fine, images: { count: 24, height: 12, width: 12, channels: 1 as const, pixels } };
const images = new PreparedImages([split], { ...vitPreprocessing, resize: { height: 12, width: 12 } });

const rows = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
const numbers = (which: Int32Array) => matrix(which.length, 1, Float32Array.from(which));
const set = (given: 'images' | 'features'): TrainingSet => ({
  hierarchy: base.hierarchy,
  features: base.pool.features!,
  ...(given === 'images' && { inputs: numbers(rows(0, 24)) }),
  full: { rows: rows(0, 8), labels: base.pool.fine.slice(0, 8) },
  weak: { rows: rows(8, 16), labels: Int32Array.from(rows(8, 16), (row) => row % 2) },
  validation: {
    features: base.test.features!,
    fine: base.test.fine,
    ...(given === 'images' && { inputs: numbers(rows(16, 24)) }),
  },
});
const options = trainingOptions({
  steps: 12,
  evaluations: 3,
  batchSize: 4,
  hidden: 6,
  whitening: false,
  inputNoise: 0,
});

const vitTraining = vitTrainingOptions({ trainable: 'last-1', rate: 0.3 });

const factories = {
  vit: async (shape: NetworkShape) => vitFactoryOf(await smallVit('vit'), images, vitTraining)(shape),
  tfjs: (shape: NetworkShape) => createTfjsNetwork(shape),
  fast: (shape: NetworkShape): Promise<Network> => createFastNetwork(shape),
};

interface Other {
  readonly factory?: NetworkFactory;
  readonly given?: TrainingSet;
}

/** Trains until the network has made `most` steps, then fails as if the machine had; what it did, and what came out. */
async function run(
  folder: string | undefined,
  trainer: keyof typeof factories,
  most = Infinity,
  { factory = factories[trainer], given = set(trainer === 'vit' ? 'images' : 'features') }: Other = {},
) {
  let steps = 0;
  const createNetwork = async (shape: NetworkShape): Promise<Network> => {
    const network: Network = await factory(shape);
    const step = network.step.bind(network);
    network.step = (...given) => (steps++ < most ? step(...given) : Promise.reject(new Error('power cut')));
    return network;
  };
  const tools = { engine: await createEngine(), createNetwork, ...(folder && { checkpoints: { folder, every: 0 } }) };
  const model = await train(given, options, createRandom(3), tools);
  const { fine, coarse } = await model.predict(given.inputs ?? given.features);
  model.dispose();
  return { steps, said: [...fine.data, ...coarse.data] };
}

function folderOf(t: TestContext): string {
  const folder = scratchFolder('checkpoints');
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

for (const trainer of ['vit', 'tfjs'] as const)
  test(`${trainer}: a training cut off in either stage goes on where it was, to the same network`, async (t) => {
    const whole = await run(undefined, trainer);
    assert.equal(whole.steps, 24);
    for (const most of [5, 17]) {
      const folder = folderOf(t);
      await assert.rejects(run(folder, trainer, most), /power cut/);
      const resumed = await run(folder, trainer);
      assert.deepEqual(resumed.said, whole.said);
      assert.equal(resumed.steps, 24 - most);
      assert.deepEqual(readdirSync(folder), []);
    }
  });

test('a training with other labels, options or random numbers takes no checkpoint of this one', async (t) => {
  const folder = folderOf(t);
  await assert.rejects(run(folder, 'tfjs', 5), /power cut/);
  const { steps } = await run(folder, 'vit');
  assert.equal(steps, 24);
  assert.equal(readdirSync(folder).length, 1);
});

test('a training of another extractor, trained otherwise, or on other features takes no checkpoint of this one', async (t) => {
  const folder = folderOf(t);
  const vit = await smallVit('vit');
  const [name, tensor] = [...vit.weights].at(-1)!;
  const other = { ...vit, weights: new Map(vit.weights).set(name, { ...tensor, data: tensor.data.map((w) => w + 1) }) };
  const factories: NetworkFactory[] = [
    vitFactoryOf(other, images, vitTraining),
    vitFactoryOf(vit, images, { ...vitTraining, trainable: 'heads' }),
    vitFactoryOf(vit, images, { ...vitTraining, rate: 0.1 }),
    vitFactoryOf(vit, images, { ...vitTraining, microBatch: 2 }),
  ];
  await assert.rejects(run(folder, 'vit', 5), /power cut/);
  for (const factory of factories) assert.equal((await run(folder, 'vit', Infinity, { factory })).steps, 24);
  await assert.rejects(run(folder, 'tfjs', 5), /power cut/);
  const given = set('features');
  const features = { ...given.features, data: given.features.data.map((x) => x + 1) };
  assert.equal((await run(folder, 'tfjs', Infinity, { given: { ...given, features } })).steps, 24);
  assert.equal(readdirSync(folder).length, 2);
});

test('a damaged checkpoint is refused by its name', async (t) => {
  const folder = folderOf(t);
  await assert.rejects(run(folder, 'tfjs', 5), /power cut/);
  truncateSync(path.join(folder, readdirSync(folder)[0]!), 300);
  await assert.rejects(run(folder, 'tfjs'), { name: 'InputError', message: /coarse\.safetensors.*damaged/ });
});

test('the fast network, whose trainings take seconds, leaves none', async (t) => {
  const folder = folderOf(t);
  await assert.rejects(run(folder, 'fast', 5), /power cut/);
  assert.deepEqual(readdirSync(folder), []);
});
