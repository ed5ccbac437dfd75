import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import type { Dataset, Split } from '../../../lib/data/dataset';
import { rgbPicture } from '../../../lib/data/pictures';
import { synthetic } from '../../../inputs/datasets/synthetic';
import { OnnxGraph } from '../../../lib/engine/onnx/graph';
import { tensors } from '../../../lib/engine/tensors';
import { onnxExtractor } from '../../../inputs/features/extractors/onnx';
import { openOnnxModel, type OnnxModel } from '../../../inputs/features/extractors/onnx-model';
import { extractorNamed } from '../../../inputs/features/extractors/registry';
import { parsePreprocessing, vitPreprocessing } from '../../../inputs/features/preprocessing/config';
import { fitted, normalise } from '../../../inputs/features/preprocessing/prepare';
import { features, type FeatureOptions } from '../../../inputs/features/store';
import { createRandom } from '../../../lib/random';
import { gridOf } from '../../../inputs/features/vit/config';
import { VitForward } from '../../../inputs/features/vit/forward';
import { patchRows } from '../../../inputs/features/vit/patches';
import { repositoryRoot } from '../../../lib/root';
import { smallVit, smallVitFolder } from './vit/small';
import { scratchFolder } from '../../scratch';

const scratch = (): string => scratchFolder('onnx');
const base = synthetic({ fine: 2, coarse: 2, pool: 9, test: 4 });

/** Random pictures of 12 x 12 pixels in files, image 0 of the pool first. */
async function inFiles(): Promise<{ data: Dataset; folder: string; write: (name: string) => Promise<void> }> {
  const folder = scratch();
  const random = createRandom(1);
  const write = async (name: string): Promise<void> => {
    const pixels = Uint8Array.from({ length: 12 * 12 * 3 }, () => random.integer(256));
    await sharp(pixels, { raw: { height: 12, width: 12, channels: 3 } })
      .png()
      .toFile(path.join(folder, name));
  };
  const split = async ({ fine }: Split, part: string): Promise<Split> => {
    const paths = Array.from(fine, (_, i) => `${part}-${i}.png`);
    for (const name of paths) await write(name);
    return { fine, files: { folder, paths } };
  };
  const data = {
    ...base,
    name: 'pictures',
    pool: await split(base.pool, 'pool'),
    test: await split(base.test, 'test'),
  };
  return { data, folder, write };
}

/** An extractor whose model is the mean of each channel; counts the images it is shown, and may die before one. */
function means(diesAt = Infinity) {
  const state = { shown: 0 };
  const model: OnnxModel = {
    engine: 'a test',
    run: async (pixels, height, width) => {
      const size = height * width;
      const rows = pixels.length / size / 3;
      if ((state.shown += rows) > diesAt) throw new Error('killed');
      const data = Float32Array.from({ length: 3 * rows }, (_, at) =>
        pixels.subarray(at * size, (at + 1) * size).reduce((sum, value) => sum + value / size, 0),
      );
      return { rows, columns: 3, data };
    },
  };
  const preprocessing = { ...vitPreprocessing, resize: { height: 12, width: 12 } };
  const common = { name: 'means', title: 'means', preprocessing, modelHash: 'x', batch: 2 };
  return { state, extractor: onnxExtractor({ ...common, open: () => Promise.resolve(model) }) };
}

const options = (): FeatureOptions & { folder: string } => ({ folder: scratch(), warn: () => {} });

test("a ViT's features by onnxruntime, from its folder, equal the TensorFlow.js network's on the same weights", async () => {
  const { data } = await inFiles();
  for (const kind of ['vit', 'dinov2'] as const) {
    const folder = scratch();
    const size = { height: 12, width: kind === 'vit' ? 12 : 16 };
    const preprocessor = JSON.stringify({ size, resample: 3, image_mean: [0.5, 0.4, 0.3], image_std: [0.2, 0.3, 0.4] });
    smallVitFolder(folder, kind, preprocessor);
    const found = await features(data, { ...options(), extractor: folder });

    const { tf } = await tensors();
    const { config, weights } = await smallVit(kind);
    const how = parsePreprocessing(preprocessor, 'p');
    const pixels = new Float32Array(3 * size.height * size.width);
    for (const i of [0, 8]) {
      normalise(fitted(await rgbPicture(data.pool, i), how), how, pixels);
      const patches = patchRows({ count: 1, ...size, pixels }, config.patch);
      const expected = tf.tidy(() => {
        const known = new Map([...weights].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
        const network = new VitForward(tf, config, (name) => known.get(name)!);
        const embedded = network.embed(
          tf.tensor2d(patches.data, [patches.rows, patches.columns]),
          gridOf(config, size.height, size.width),
        );
        return network.pooled(network.lastNorm(network.layers(embedded, 0, config.layers))).dataSync();
      });
      for (let j = 0; j < config.hidden; j++)
        assert.ok(Math.abs(found.pool.data[i * config.hidden + j]! - expected[j]!) < 1e-4, `${kind}, image ${i}, ${j}`);
    }
  }
});

test('an extraction that is killed goes on where it was, to the same features', async () => {
  const { data } = await inFiles();
  const whole = await features(data, { ...options(), extractor: means().extractor });
  const kept = options();
  await assert.rejects(features(data, { ...kept, extractor: means(6).extractor }), /killed/);
  const second = means();
  assert.deepEqual(await features(data, { ...kept, extractor: second.extractor }), whole);
  assert.equal(second.state.shown, 13 - 6);
  assert.deepEqual(readdirSync(kept.folder), [
    'pictures.means.json',
    'pictures.means.pool.npy',
    'pictures.means.test.npy',
  ]);
});

test('with +mirrored a picture’s features are the mean of its own and its mirror image’s, kept beside the others', async () => {
  const folder = scratch();
  const graph = new OnnxGraph();
  graph.input('pixels', ['n', 3, 12, 12]);
  graph.integers('shape', [0, 432]);
  graph.node('Reshape', ['pixels', 'shape'], {}, 'flat');
  graph.output('flat', ['n', 432]);
  writeFileSync(path.join(folder, 'model.onnx'), graph.encode());
  const size = { height: 12, width: 12 };
  const preprocessor = { size, image_mean: [0, 0, 0], image_std: [1, 1, 1] };
  writeFileSync(path.join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  const { data } = await inFiles();
  const kept = options();
  const plain = await features(data, { ...kept, extractor: folder });
  const found = await features(data, { ...kept, extractor: `${folder}+mirrored` });
  for (const part of ['pool', 'test'] as const) {
    const [own, mean] = [plain[part].data, found[part].data];
    mean.forEach((value, at) => {
      const [first, column] = [at - (at % 12), at % 12];
      assert.ok(Math.abs(value - (own[at]! + own[first + 11 - column]!) / 2) < 1e-6, `${part} ${at}`);
    });
  }
  assert.deepEqual(await features(data, { ...kept, extractor: folder }), plain, 'kept');
  assert.equal(readdirSync(kept.folder).length, 6);
  for (const name of ['fisher', path.join(repositoryRoot, 'test/inputs/features/own.test.ts')])
    await assert.rejects(
      extractorNamed(`${name}+mirrored`),
      /Unexpected extractor: ".*\+mirrored"; expected a pretrained network before \+mirrored/,
    );
});

test('a torn or damaged record of a killed extraction is computed again', async () => {
  const { data } = await inFiles();
  const whole = await features(data, { ...options(), extractor: means().extractor });
  const kept = options();
  await assert.rejects(features(data, { ...kept, extractor: means(8).extractor }), /killed/);
  const file = path.join(kept.folder, readdirSync(kept.folder)[0]!);
  const record = 4 + 32 + 12 + 8;
  truncateSync(file, 7 * record + 20);
  appendFileSync(file, Buffer.alloc(record, 3));
  const second = means();
  assert.deepEqual(await features(data, { ...kept, extractor: second.extractor }), whole);
  assert.equal(second.state.shown, 13 - 7);
});

test('images that cannot be read are named after all others were described, which are kept', async () => {
  const { data, folder, write } = await inFiles();
  const broken = ['pool-3.png', 'pool-8.png', 'test-0.png'];
  for (const name of broken) writeFileSync(path.join(folder, name), 'no picture');
  const kept = options();
  await assert.rejects(features(data, { ...kept, extractor: means().extractor }), (error: Error) => {
    assert.match(error.message, /^3 of 13 images cannot be read:/);
    for (const name of broken) assert.ok(error.message.includes(name), name);
    return true;
  });
  for (const name of broken) await write(name);
  const second = means();
  const found = await features(data, { ...kept, extractor: second.extractor });
  assert.equal(second.state.shown, 3);
  assert.deepEqual(found, await features(data, { ...options(), extractor: means().extractor }));
});

test('of tokens the first is taken, of maps the mean; outputs are chosen by name', async () => {
  const graph = new OnnxGraph();
  graph.input('pixels', ['n', 3, 2, 2]);
  graph.integers('shape', [0, 3, 4]);
  graph.node('Identity', ['pixels'], {}, 'maps');
  graph.node('Reshape', ['pixels', 'shape'], {}, 'tokens');
  graph.output('maps', ['n', 3, 2, 2]);
  graph.output('tokens', ['n', 3, 4]);
  const file = path.join(scratch(), 'model.onnx');
  writeFileSync(file, graph.encode());
  const pixels = Float32Array.from({ length: 12 }, (_, i) => i);
  const run = async (output?: string) => (await (await openOnnxModel(file, file, { output })).run(pixels, 2, 2)).data;
  assert.deepEqual(await run(), Float32Array.of(1.5, 5.5, 9.5));
  assert.deepEqual(await run('tokens'), Float32Array.of(0, 1, 2, 3));
  await assert.rejects(run('logits'), /no output "logits"; expected one of maps, tokens/);
  writeFileSync(file, 'no model');
  await assert.rejects(run(), /Cannot load the ONNX model .*model.onnx/);
});

test('of models whose tokens begin with no class token the pooled output is taken, unless another is named', async () => {
  const folder = scratch();
  const graph = new OnnxGraph();
  graph.input('pixels', ['n', 3, 2, 2]);
  graph.integers('shape', [0, 3, 4]);
  graph.integers('flat', [0, 12]);
  graph.node('Reshape', ['pixels', 'shape'], {}, 'last_hidden_state');
  graph.node('Reshape', ['pixels', 'flat'], {}, 'pooler_output');
  graph.output('last_hidden_state', ['n', 3, 4]);
  graph.output('pooler_output', ['n', 12]);
  writeFileSync(path.join(folder, 'model.onnx'), graph.encode());
  writeFileSync(
    path.join(folder, 'preprocessor_config.json'),
    JSON.stringify({ size: { height: 2, width: 2 }, image_mean: [0, 0, 0], image_std: [1, 1, 1] }),
  );
  const { data } = await inFiles();
  const columns = async (config: object, output = ''): Promise<number> => {
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
    return (await features(data, { extractor: folder + output, folder: scratch() })).pool.columns;
  };
  assert.equal(await columns({ model_type: 'siglip_vision_model' }), 12);
  assert.equal(await columns({ model_type: 'x', vision_config: { model_type: 'siglip2' } }), 12);
  assert.equal(await columns({ model_type: 'swinv2' }, '#last_hidden_state'), 4);
  assert.equal(await columns({ model_type: 'vit' }), 4);
});

test('a model made for batches and pictures of one size is given those, and says if pictures are of another', async () => {
  const graph = new OnnxGraph();
  graph.input('pixels', [2, 3, 2, 2]);
  graph.node('Identity', ['pixels'], {}, 'maps');
  graph.output('maps', [2, 3, 2, 2]);
  const model = await openOnnxModel(graph.encode(), 'the model');
  const pixels = Float32Array.from({ length: 5 * 12 }, (_, i) => i);
  const { rows, data } = await model.run(pixels, 2, 2);
  assert.equal(rows, 5);
  assert.deepEqual(
    data,
    Float32Array.from({ length: 15 }, (_, i) => 4 * i + 1.5),
  );
  await assert.rejects(
    model.run(new Float32Array(12), 1, 4),
    /the model takes pictures of 2 x 2, but .* makes them 1 x 4/,
  );
});

test('extractors that are not there are refused, saying what to do', async () => {
  const root = (process.env.DATA_ROOT = scratch());
  await assert.rejects(
    extractorNamed('clip'),
    /Unknown extractor: "clip"; expected one of fisher, vit-b16, dinov2-b14/,
  );
  await assert.rejects(extractorNamed('vit-b16'), /download it: npm run download -- vit-b16/);
  await assert.rejects(extractorNamed(path.join(root, 'a.onnx')), /There is no file .*a.onnx/);
  writeFileSync(path.join(root, 'a.onnx'), '');
  await assert.rejects(extractorNamed(path.join(root, 'a.onnx')), /There is no .*preprocessor_config.json/);
});
