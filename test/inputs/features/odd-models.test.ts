import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { bytes, integer, join, message, text, type Pieces } from '../../../lib/engine/onnx/protobuf';
import { InputError } from '../../../lib/errors';
import { openOnnxModel } from '../../../inputs/features/extractors/onnx-model';
import { extractorNamed } from '../../../inputs/features/extractors/registry';
import { parsePreprocessing } from '../../../inputs/features/preprocessing/config';
import { readPreprocessing } from '../../../inputs/features/preprocessing/read';
import { scratchFolder } from '../../scratch';

const root = scratchFolder('odd-models');
after(() => rmSync(root, { recursive: true }));
let made = 0;
const newFolder = (): string => {
  const folder = path.join(root, `${made++}`);
  mkdirSync(folder);
  return folder;
};
const refusal = (message: RegExp) => (error: Error) => error instanceof InputError && message.test(error.message);

/** ONNX's numbers for types. */
const [FLOAT, UINT8, INT64, BOOL, FLOAT16, DOUBLE, BFLOAT16] = [1, 2, 7, 9, 10, 11, 16];
type Shape = readonly (number | string)[];

const value = (field: number, name: string, type: number, shape: Shape): Pieces => {
  const dimensions = shape.map((d) => message(1, d === '' ? [] : [typeof d === 'number' ? integer(1, d) : text(2, d)]));
  return message(field, [text(1, name), message(2, [message(1, [integer(1, type), message(2, dimensions)])])]);
};
const node = (operator: string, inputs: string[], output: string, to?: number): Pieces => {
  const cast = to === undefined ? [] : [message(5, [text(1, 'to'), integer(3, to), integer(20, 2)])];
  return message(1, [...inputs.map((name) => text(1, name)), text(2, output), text(4, operator), ...cast]);
};
const constant = (name: string, type: number, shape: number[], ...data: Pieces[]): Pieces =>
  message(5, [...shape.map((d) => integer(1, d)), integer(2, type), text(8, name), ...data]);
const inside = (data: NodeJS.ArrayBufferView): Pieces =>
  bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
const elsewhere = (file: string): Pieces[] => [message(13, [text(1, 'location'), text(2, file)]), integer(14, 1)];
const model = (...graph: Pieces[]): Uint8Array =>
  join([integer(1, 9), message(7, [...graph, text(2, 'graph')]), message(8, [text(1, ''), integer(2, 20)])].flat());

/** Hands its input through. */
const through = (shape: Shape, type = FLOAT): Uint8Array =>
  model(node('Identity', ['p'], 'maps'), value(11, 'p', type, shape), value(12, 'maps', type, shape));

/** Adds one number, the mean pixel being 0. */
const adding = (type: number, data: Pieces[]): Uint8Array =>
  model(
    node('Cast', ['c'], 'float', FLOAT),
    node('Add', ['p', 'float'], 'maps'),
    constant('c', type, [1], ...data),
    value(11, 'p', FLOAT, ['n', 3, 2, 2]),
    value(12, 'maps', FLOAT, ['n', 3, 2, 2]),
  );
const twelve = new Float32Array(12);

test('numbers of any type inside a model are its own affair', async () => {
  const types: [number, NodeJS.ArrayBufferView][] = [
    [FLOAT16, Uint16Array.of(0x3c00)],
    [BFLOAT16, Uint16Array.of(0x3f80)],
    [INT64, BigInt64Array.of(1n)],
    [DOUBLE, Float64Array.of(1)],
    [BOOL, Uint8Array.of(1)],
  ];
  for (const [type, data] of types) {
    const { run } = await openOnnxModel(adding(type, [inside(data)]), `type ${type}`);
    assert.deepEqual((await run(twelve, 2, 2)).data, Float32Array.of(1, 1, 1), `type ${type}`);
  }
});

test('numbers beside a model count among what its features depend on, and are asked for where they are missing', async () => {
  const folder = newFolder();
  const file = path.join(folder, 'model.onnx');
  const data = path.join(folder, 'model.onnx_data');
  writeFileSync(file, adding(FLOAT, elsewhere('model.onnx_data')));
  writeFileSync(path.join(folder, 'preprocessor_config.json'), '{"size": 2, "do_normalize": false}');
  await assert.rejects(extractorNamed(folder), refusal(/There is no .*model.onnx_data, where the numbers of .*put it/));
  const found = [];
  for (const number of [3, 4]) {
    writeFileSync(data, new Uint8Array(Float32Array.of(number).buffer));
    const { name, settings } = await extractorNamed(folder);
    found.push([name, JSON.stringify(settings)]);
    const { run } = await openOnnxModel(file, file);
    assert.deepEqual((await run(twelve, 2, 2)).data, Float32Array.of(number, number, number));
  }
  assert.notEqual(found[0]![0], found[1]![0]);
  assert.notEqual(found[0]![1], found[1]![1]);
  assert.ok(existsSync(data));
});

test('open dimensions, named or not, take what comes', async () => {
  for (const shape of [
    ['n', 3, 'h', 'w'],
    ['n', 'channels', 'h', 'w'],
    ['', '', '', ''],
    ['', 3, 2, 2],
  ]) {
    const { run } = await openOnnxModel(through(shape), 'open');
    assert.deepEqual(
      (
        await run(
          twelve.map((_, i) => i),
          2,
          2,
        )
      ).data,
      Float32Array.of(1.5, 5.5, 9.5),
      shape.join(),
    );
  }
});

test('a model that takes no pictures of three channels, channels first, is refused as it is opened, with its shape', async () => {
  const shapes: [Shape, RegExp][] = [
    [['n', 2, 2, 3], /m takes \[n, 2, 2, 3\]; expected \[n, 3, height, width\], channels first/],
    [['n', 'h', 'w', 3], /m takes \[n, h, w, 3\]/],
    [['n', 'height', 'width', 'num_channels'], /m takes \[n, height/],
    [['n', 1, 2, 2], /m takes \[n, 1, 2, 2\]/],
    [['n', 12], /m takes \[n, 12\]/],
    [['n', 1, 3, 2, 2], /m takes \[n, 1, 3, 2, 2\]/],
  ];
  for (const [shape, message] of shapes)
    await assert.rejects(openOnnxModel(through(shape), 'm'), refusal(message), shape.join());
  const types: [number, RegExp][] = [
    [UINT8, /m takes uint8; expected a model of float32 or float16/],
    [DOUBLE, /m takes float64/],
    [INT64, /m takes int64/],
  ];
  for (const [type, message] of types)
    await assert.rejects(openOnnxModel(through(['n', 3, 2, 2], type), 'm'), refusal(message));
  const two = model(
    node('Add', ['p', 'ids'], 'sum'),
    ...['p', 'ids'].map((name) => value(11, name, FLOAT, ['n', 3, 2, 2])),
    value(12, 'sum', FLOAT, ['n', 3, 2, 2]),
  );
  await assert.rejects(openOnnxModel(two, 'm'), refusal(/m has the inputs p, ids; expected pixels alone/));
});

test('results that are no rows, tokens or maps of float numbers, channels first, are refused with their shape', async () => {
  const ending = async (
    operator: string,
    inputs: string[],
    shape: Shape,
    constants: Pieces[],
    type = FLOAT,
    to?: number,
  ) =>
    openOnnxModel(
      model(
        node(operator, inputs, 'out', to),
        ...constants,
        value(11, 'p', FLOAT, ['n', 3, 'h', 'w']),
        value(12, 'out', type, shape),
      ),
      'm',
    );
  const to = (...shape: bigint[]): Pieces[] => [
    constant('s', INT64, [shape.length], inside(BigInt64Array.from(shape))),
  ];
  const pixels = new Float32Array(12);
  const flat = await ending('Reshape', ['p', 's'], ['n'], to(-1n));
  await assert.rejects(flat.run(pixels, 2, 2), refusal(/output "out" has the shape \[12\]; expected two to four/));
  const last = await ending('Reshape', ['p', 's'], ['n', 2, 2, 3], to(-1n, 2n, 2n, 3n));
  await assert.rejects(last.run(pixels, 2, 2), refusal(/\[1, 2, 2, 3\], channels last; expected \[n, D, h, w\]/));
  const whole = await ending('Cast', ['p'], ['n', 3, 'h', 'w'], [], INT64, INT64);
  await assert.rejects(whole.run(pixels, 2, 2), refusal(/output "out" is int64; expected float32 or float16/));
  const unfit = await ending('Reshape', ['p', 's'], ['n', 5], to(-1n, 5n));
  await assert.rejects(unfit.run(pixels, 2, 2), refusal(/^m fails on pictures of 2 x 2: /));
});

const good = { size: 32, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const parsed = (more: object) => parsePreprocessing(JSON.stringify({ ...good, ...more }), 'p');

test("settings of a preprocessor are taken as Hugging Face's classes take them", () => {
  const square = { height: 32, width: 32 };
  assert.deepEqual(parsed({ size: [32, 48] }).resize, { height: 32, width: 48 });
  assert.deepEqual(parsed({ default_to_square: false }).resize, { shortest: 32 });
  assert.equal(parsed({ do_rescale: false }).scale, 1);
  assert.equal(parsed({ rescale_factor: 1 / 127.5 }).scale, 1 / 127.5);
  assert.deepEqual(parsed({ do_normalize: false }).mean, [0, 0, 0]);
  assert.equal(parsed({ do_resize: false }).resize, undefined);
  const convNext = { image_processor_type: 'ConvNextImageProcessor', crop_pct: 0.875 };
  assert.deepEqual(parsed({ ...convNext, size: { shortest_edge: 384 } }).resize, { height: 384, width: 384 });
  const { resize, crop } = parsed({ ...convNext, size: { shortest_edge: 32 } });
  assert.deepEqual([resize, crop], [{ shortest: 36 }, square]);
  const mobile = parsed({ image_processor_type: 'MobileViTFeatureExtractor', crop_size: 32 });
  assert.deepEqual([mobile.flip, mobile.mean], [true, [0, 0, 0]]);
});

test('settings that would be passed over, or taken half, are refused by name', () => {
  const cases: [object, RegExp][] = [
    [{ do_resize: 1 }, /p: unexpected do_resize 1; expected true or false/],
    [{ do_normalize: 'false' }, /p: unexpected do_normalize "false"; expected true or false/],
    [{ do_flip_channel_order: true }, /do_flip_channel_order; it is known for MobileViT alone/],
    [{ data_format: 'channels_last' }, /unexpected data_format "channels_last"; expected "channels_first"/],
    [
      {
        image_processor_type: 'ConvNextImageProcessor',
        size: { shortest_edge: 32 },
        do_center_crop: true,
        crop_size: 32,
      },
      /do_center_crop/,
    ],
    [{ do_center_crop: true }, /crop_size: unexpected undefined; expected a number/],
    [{ rescale_factor: 0 }, /rescale_factor: unexpected 0; expected a number above 0/],
    [{ image_mean: 0.5 }, /image_mean: unexpected 0.5; expected three numbers/],
    [{ image_mean: [0, 0, 0, 0] }, /image_mean: unexpected \[0,0,0,0\]/],
    [{ do_pad: true }, /unexpected do_pad true/],
    [{ do_thumbnail: true }, /unexpected do_thumbnail true/],
    [{ resample: 5 }, /unexpected resample 5/],
    [{ size: [32, 32, 3] }, /size: unexpected \[32,32,3\]/],
  ];
  for (const [more, message] of cases) assert.throws(() => parsed(more), refusal(message), JSON.stringify(more));
});

test('an image_processor in processor_config.json comes first, as in transformers 5; one without it changes nothing', () => {
  const folder = newFolder();
  const write = (name: string, content: unknown): void =>
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  write('processor_config.json', { processor_class: 'CLIPProcessor' });
  assert.throws(() => readPreprocessing(folder), refusal(/There is no .*preprocessor_config.json/));
  write('preprocessor_config.json', good);
  assert.deepEqual(readPreprocessing(folder), parsed({}));
  write('processor_config.json', { processor_class: 'P', image_processor: { ...good, size: 48 } });
  assert.deepEqual(readPreprocessing(folder), parsed({ size: 48 }));
  write('processor_config.json', { image_processor: { ...good, offset: true } });
  assert.throws(() => readPreprocessing(folder), refusal(/processor_config.json, image_processor: unexpected offset/));
  write('processor_config.json', '{');
  assert.throws(() => readPreprocessing(folder), refusal(/processor_config.json is no JSON/));
});
