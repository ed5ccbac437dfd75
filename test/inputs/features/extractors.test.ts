import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { synthetic } from '../../../inputs/datasets/synthetic';
import { OnnxGraph } from '../../../lib/engine/onnx/graph';
import { openOnnxModel } from '../../../inputs/features/extractors/onnx-model';
import { extractorNamed } from '../../../inputs/features/extractors/registry';
import { features } from '../../../inputs/features/store';
import { asFloats, asHalves } from '../../../lib/engine/floats';
import { hubServer } from '../../hub-server';
import { smallPreprocessor, smallVitFolder } from './vit/small';
import { scratchFolder } from '../../scratch';

const scratch = (): string => scratchFolder('extractors');
const pictures = {
  ...synthetic({ fine: 2, coarse: 2, pool: 3, test: 2 }),
  ...Object.fromEntries(
    [3, 2].map((n, part) => [
      ['pool', 'test'][part]!,
      {
        fine: Int32Array.from({ length: n }, (_, i) => i % 2),
        images: {
          count: n,
          height: 4,
          width: 8,
          channels: 3,
          pixels: Uint8Array.from({ length: n * 96 }, (_, i) => (i * 37 + part) % 256),
        },
      },
    ]),
  ),
};

/** A folder with an ONNX model of the means of its channels, at `file`, for pictures of 4 x 4 pixels. */
function meansFolder(folder: string, file: string, preprocessor: object): string {
  const graph = new OnnxGraph();
  graph.input('pixel_values', ['n', 3, 4, 4]);
  graph.node('Identity', ['pixel_values'], {}, 'last_hidden_state');
  graph.output('last_hidden_state', ['n', 3, 4, 4]);
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), graph.encode());
  writeFileSync(path.join(folder, 'config.json'), '{"model_type": "vit"}');
  const all = { resample: 2, image_mean: [0, 0, 0], image_std: [1, 1, 1], crop_size: 4, ...preprocessor };
  writeFileSync(path.join(folder, 'preprocessor_config.json'), JSON.stringify(all));
  return folder;
}

const clip = { feature_extractor_type: 'CLIPFeatureExtractor', size: 4 };
const vit = { image_processor_type: 'ViTImageProcessor', size: 4 };

beforeEach(() => {
  process.env.DATA_ROOT = scratch();
});

test('models that are all called model.onnx keep a cache each, and old and new files of CLIP make the same features', async () => {
  const options = { folder: scratch(), warn: (message: string) => assert.fail(message) };
  const root = scratch();
  const newer = { image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 4 } };
  const folders = [clip, newer, vit].map((config, i) => meansFolder(path.join(root, `m${i}`), 'model.onnx', config));
  const file = path.join(folders[1]!, 'preprocessor_config.json');
  writeFileSync(file, `\uFEFF${readFileSync(file, 'utf8')}`, 'utf16le'); // as PowerShell's > leaves it
  const run = async (extractor: string) => (await features(pictures, { ...options, extractor })).pool.data;
  const found = [];
  for (const folder of [...folders, ...folders]) found.push(await run(path.join(folder, 'model.onnx')));
  assert.deepEqual(found[1], found[0]);
  assert.notDeepEqual(found[2], found[0]);
  assert.deepEqual(found.slice(3), found.slice(0, 3));
  assert.equal(readdirSync(options.folder).filter((name) => name.endsWith('.pool.npy')).length, 3);
  assert.deepEqual(await run(folders[0]!), found[0], 'a folder stands for the model in it');
});

test('a model of half-precision numbers is given those, and its features are widened', async () => {
  // GlobalAveragePool of p, float16 [n, 3, 2, 2]; by onnx.helper.make_model
  const bytes = Buffer.from(
    'CAgSADpaChkKAXASAWYiEUdsb2JhbEF2ZXJhZ2VQb29sEgFnWhwKAXASFwoVCAoSEQoDEgFuCgIIAwoCCAIKAggCYhwKAWYSFwoVCAoSEQoDEgFuCgIIAwoCCAEKAggBQgQKABAN',
    'base64',
  );
  const model = await openOnnxModel(bytes, 'half');
  const pixels = Float32Array.from({ length: 12 }, (_, i) => i / 4 - 1);
  assert.deepEqual([...(await model.run(pixels, 2, 2)).data], [-0.625, 0.375, 1.375]);
});

test('numbers become the nearest ones of half precision, and those that are such already stay', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((bits) => (bits & 0x7c00) !== 0x7c00);
  const back = asHalves(asFloats(new Uint8Array(all.buffer), 'F16'));
  all.forEach((bits, i) => bits !== 0x8000 && assert.equal(back[i], bits));
  const given = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 - 2 ** -12, 65519, 65520, -Infinity, 2 ** -25, 1.1 * 2 ** -25];
  assert.deepEqual(
    [...asHalves(Float32Array.from(given))],
    [0x3c00, 0x3c02, 0x4000, 0x7bff, 0x7c00, 0xfc00, 0x0000, 0x0001],
  );
  assert.equal(asHalves(Float32Array.of(NaN))[0], 0x7e00);
});

test("a folder without whole safetensors is refused with what it has and PyTorch's way to convert it", async () => {
  const folder = scratch();
  smallVitFolder(folder, 'vit', smallPreprocessor);
  cpSync(path.join(folder, 'model.safetensors'), path.join(folder, 'model-00001-of-00002.safetensors'));
  rmSync(path.join(folder, 'model.safetensors'));
  await assert.rejects(
    extractorNamed(folder),
    /has model-00001-of-00002.safetensors; expected model.safetensors, whole, .*\.save_pretrained\(/s,
  );
});

test("a model of Hugging Face's hub is downloaded once, by the library, and then read from its folder", async (t) => {
  const source = meansFolder(scratch(), 'onnx/model.onnx', vit);
  const { url, asked, server } = await hubServer('someone/means', source);
  t.after(() => server.close());
  process.env.HF_ENDPOINT = url;
  const extractor = await extractorNamed('hf:someone/means');
  const folder = path.join(process.env.DATA_ROOT!, 'models/someone/means');
  assert.deepEqual(readFileSync(`${folder}/onnx/model.onnx`), readFileSync(`${source}/onnx/model.onnx`));
  assert.ok(asked.includes('/someone/means/resolve/main/onnx/model.onnx'), asked.join());
  const found = await features(pictures, { extractor, folder: scratch() });
  assert.deepEqual([found.extractor, found.pool.columns], ['someone/means', 3]);
  asked.length = 0;
  await extractorNamed('hf:someone/means#last_hidden_state');
  assert.deepEqual(asked, []);
  await assert.rejects(extractorNamed('hf:someone/other'), (error: Error) => {
    assert.match(error.message, /^Cannot load the model someone\/other \(.*\); its files are looked for in .*other/);
    assert.match(error.message, /hf download someone\/other --local-dir .*models\/someone\/other$/);
    return true;
  });
  await assert.rejects(extractorNamed('hf:../x'), /Unexpected model: "..\/x"; expected OWNER\/NAME/);
});

after(() => delete process.env.HF_ENDPOINT);
