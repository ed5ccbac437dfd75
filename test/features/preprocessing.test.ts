import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { InputError } from '../../lib/errors';
import { parsePreprocessing } from '../../lib/features/preprocessing/config';
import { fitted, normalise } from '../../lib/features/preprocessing/prepare';
import { resample } from '../../lib/features/preprocessing/resample';

/** Made by Pillow and transformers: see preprocessing.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/preprocessing.json'), 'utf8')) as {
  height: number;
  width: number;
  pixels: string;
  resized: { height: number; width: number; resample: number; pixels: string }[];
  processed: { config: object; shape: number[]; values: string }[];
};
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const picture = { height: fixture.height, width: fixture.width, pixels: bytes(fixture.pixels) };

for (const { height, width, resample: number, pixels } of fixture.resized)
  test(`resizing to ${height} x ${width} with filter ${number} gives Pillow's bytes`, () => {
    assert.deepEqual(resample(picture, height, width, number === 2 ? 'bilinear' : 'bicubic').pixels, bytes(pixels));
  });

for (const [i, { config, shape, values }] of fixture.processed.entries())
  test(`preprocessing ${i} equals that of Hugging Face's image processor`, () => {
    const how = parsePreprocessing(JSON.stringify(config), 'config');
    const ready = fitted(picture, how);
    assert.deepEqual([3, ready.height, ready.width], shape);
    const out = new Float32Array(3 * ready.height * ready.width);
    normalise(ready, how, out);
    const expected = new Float32Array(bytes(values).buffer);
    out.forEach((value, at) => assert.ok(Math.abs(value - expected[at]!) < 1e-6, `${at}: ${value}, ${expected[at]}`));
  });

test('older files give one number for both sides', () => {
  const { resize, filter } = parsePreprocessing('{"size": 224, "image_mean": [0, 0, 0], "image_std": [1, 1, 1]}', 'p');
  assert.deepEqual([resize, filter], [{ height: 224, width: 224 }, 'bilinear']);
});

test('preprocessing that is not known here is refused by name', () => {
  const good = { size: 224, image_mean: [0, 0, 0], image_std: [1, 1, 1] };
  const cases: [string, RegExp][] = [
    ['[', /p is no JSON/],
    ['null', /p is no JSON object/],
    [JSON.stringify({ ...good, resample: 1 }), /unexpected resample 1; expected 2/],
    [JSON.stringify({ ...good, size: 1e6 }), /p: size: unexpected 1000000/],
    [JSON.stringify({ ...good, size: { longest_edge: 3 } }), /p: size: unexpected \{"longest_edge":3\}/],
    [JSON.stringify({ ...good, image_std: [0, 1, 1] }), /p: image_std: unexpected \[0,1,1\]/],
    [JSON.stringify({ ...good, image_mean: [0, 'a', 1] }), /p: image_mean/],
    [JSON.stringify({ ...good, rescale_factor: 'x' }), /p: rescale_factor: unexpected "x"/],
  ];
  for (const [text, message] of cases)
    assert.throws(
      () => parsePreprocessing(text, 'p'),
      (error: Error) => error instanceof InputError && message.test(error.message),
    );
});
