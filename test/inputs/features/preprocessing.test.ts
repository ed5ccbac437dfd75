import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { InputError } from '../../../lib/errors';
import { parsePreprocessing } from '../../../inputs/features/preprocessing/config';
import { fitted, normalise } from '../../../inputs/features/preprocessing/prepare';
import { FILTERS, resample } from '../../../inputs/features/preprocessing/resample';

const refused = (config: object): string => {
  try {
    return `taken: ${JSON.stringify(parsePreprocessing(JSON.stringify(config), 'p'))}`;
  } catch (error) {
    return (error as Error).message;
  }
};

/** Made by Pillow and transformers: see preprocessing.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(__dirname, '../../fixtures/preprocessing.json'), 'utf8')) as {
  height: number;
  width: number;
  pixels: string;
  resized: { height: number; width: number; resample: number; pixels: string }[];
  processed: {
    config: { image_processor_type?: string; feature_extractor_type?: string };
    shape: number[];
    every: number;
    values: string;
  }[];
  others: string[];
};
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const picture = { height: fixture.height, width: fixture.width, pixels: bytes(fixture.pixels) };

for (const { height, width, resample: number, pixels } of fixture.resized)
  test(`resizing to ${height} x ${width} with filter ${number} gives Pillow's bytes`, () => {
    assert.deepEqual(resample(picture, height, width, FILTERS[number]!).pixels, bytes(pixels));
  });

for (const { config, shape, every, values } of fixture.processed)
  test(`${JSON.stringify(config)} is followed as by Hugging Face's image processor`, () => {
    const how = parsePreprocessing(JSON.stringify(config), 'config');
    const ready = fitted(picture, how);
    assert.deepEqual([3, ready.height, ready.width], shape);
    const out = new Float32Array(3 * ready.height * ready.width);
    normalise(ready, how, out);
    const expected = new Float32Array(bytes(values).buffer);
    assert.equal(expected.length, Math.ceil(out.length / every));
    expected.forEach((value, i) => {
      const ours = out[i * every]!;
      assert.ok(Math.abs(ours - value) < 1e-6, `${i * every}: ${ours}, expected ${value}`);
    });
  });

test('an image processor of the library whose pixels are not compared here is refused by its name', () => {
  const compared = fixture.processed.map(({ config: c }) => c.image_processor_type ?? c.feature_extractor_type!);
  const good = { size: 24, crop_size: 24, image_mean: [0, 0, 0], image_std: [1, 1, 1] };
  const known = /known here are (.*)/.exec(refused({ image_processor_type: 'X' }))![1]!.split(', ');
  for (const name of known)
    assert.ok(
      compared.some((type) => type.startsWith(name)),
      name,
    );
  assert.ok(fixture.others.length > 100);
  for (const name of fixture.others)
    assert.match(
      refused({ ...good, image_processor_type: name }),
      new RegExp(`unexpected image_processor_type "${name}"`),
    );
});

test('a number as size is the shorter side for the classes that take it so, both sides for the others', () => {
  const of = (more: object): unknown =>
    parsePreprocessing(JSON.stringify({ size: 384, image_mean: [0, 0, 0], image_std: [1, 1, 1], ...more }), 'p').resize;
  const square = { height: 384, width: 384 };
  assert.deepEqual(of({}), square);
  assert.deepEqual(of({ feature_extractor_type: 'ViTFeatureExtractor' }), square);
  const clip = { feature_extractor_type: 'CLIPFeatureExtractor', crop_size: 224 };
  assert.deepEqual(of(clip), { shortest: 384 });
  assert.deepEqual(of({ image_processor_type: 'ConvNextImageProcessor' }), square); // squashed from 384 on
});

test('preprocessing that is not known here is refused by name', () => {
  const good = { size: 224, image_mean: [0, 0, 0], image_std: [1, 1, 1] };
  const cases: [string, RegExp][] = [
    ['[', /p is no JSON/],
    ['null', /p is no JSON object/],
    [JSON.stringify({ ...good, resample: 0 }), /unexpected resample 0; expected 1/],
    [JSON.stringify({ ...good, size: 1e6 }), /p: size: unexpected 1000000/],
    [JSON.stringify({ ...good, size: { longest_edge: 3 } }), /p: size: unexpected \{"longest_edge":3\}/],
    [JSON.stringify({ ...good, image_std: [0, 1, 1] }), /p: image_std: unexpected \[0,1,1\]/],
    [JSON.stringify({ ...good, image_mean: [0, 'a', 1] }), /p: image_mean/],
    [JSON.stringify({ ...good, size: { height: 3, width: 3, longest_edge: 9 } }), /p: size: unexpected/],
    [JSON.stringify({ ...good, offset: true }), /p: unexpected offset true: it is not known here/],
    [JSON.stringify({ ...good, crop_pct: 0.9 }), /p: unexpected crop_pct; it is known for ConvNext alone/],
    [JSON.stringify({ ...good, image_processor_type: 'VivitImageProcessor' }), /"VivitImageProcessor"; known here are/],
    [JSON.stringify({ ...good, rescale_factor: 'x' }), /p: rescale_factor: unexpected "x"/],
  ];
  for (const [text, message] of cases)
    assert.throws(
      () => parsePreprocessing(text, 'p'),
      (error: Error) => error instanceof InputError && message.test(error.message),
    );
});
