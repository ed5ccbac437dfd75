import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Images } from '../../../lib/data/dataset';
import { createEngine } from '../../../lib/engine';
import { matrix, row } from '../../../lib/engine/matrix';
import { InputError } from '../../../lib/errors';
import {
  fisherDefaults,
  fisherVectors,
  fitFisherVectors,
  type FisherModel,
} from '../../../inputs/features/fisher-vectors';
import { contrastMap } from '../../../inputs/features/contrast';
import { fitMixture } from '../../../inputs/features/mixture';
import { mapPatches } from '../../../inputs/features/patches';
import { createRandom } from '../../../lib/random';
import fixture from '../../fixtures/fisher.json';

const image: Images = { count: 1, height: 6, width: 7, channels: 1, pixels: Uint8Array.from(fixture.pixels) };
const patchSettings = { side: 3, stride: 2, flat: 0.3, contrast: 0.05 };

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `entry ${i}: ${actual[i]} instead of ${expected[i]}`);
}

/** Bars of one of two directions on gray paper. */
function bars(count: number, seed: number): Images {
  const random = createRandom(seed);
  const pixels = new Uint8Array(count * 16 * 24);
  for (let i = 0; i < count; i++)
    for (let y = 0; y < 16; y++)
      for (let x = 0; x < 24; x++)
        pixels[(i * 16 + y) * 24 + x] = ((i % 2 ? x : y) % 6 < 2 ? 40 : 220) + random.integer(20);
  return { count, height: 16, width: 24, channels: 1, pixels };
}

test('a map of contrast, its patches and the Fisher vector are the ones numpy computes', async () => {
  const ink = contrastMap(image, 0);
  assertClose(ink, fixture.ink, 1e-6);
  const patches = mapPatches(ink, 6, 7, patchSettings);
  assert.equal(patches.rows, fixture.patches);
  const model: FisherModel = {
    settings: { ...fisherDefaults, ...patchSettings },
    projection: matrix(9, 2, Float32Array.from(fixture.projection)),
    offset: Float32Array.from(fixture.offset),
    mixture: {
      weights: Float64Array.from(fixture.weights),
      means: matrix(2, 2, Float32Array.from(fixture.means)),
      variances: matrix(2, 2, Float32Array.from(fixture.variances)),
    },
  };
  const vectors = await fisherVectors(image, model, await createEngine());
  assertClose(vectors.data, fixture.vector, 1e-5);
});

test('a map of contrast is the same for dark ink on light paper and for its negative', () => {
  const negative = { ...image, pixels: image.pixels.map((value) => 255 - value) };
  assertClose(contrastMap(negative, 0), contrastMap(image, 0), 1e-6);
});

test('a map of contrast of a gray RGB image is that of the gray image', () => {
  const rgb: Images = { ...image, channels: 3, pixels: Uint8Array.from([...image.pixels].flatMap((v) => [v, v, v])) };
  assertClose(contrastMap(rgb, 0), contrastMap(image, 0), 1e-5);
});

test('a blank image gives a finite vector', async () => {
  const engine = await createEngine();
  const model = await fitFisherVectors(bars(20, 0), engine, createRandom(0), { ...fisherDefaults, gaussians: 4 });
  const blank: Images = { count: 1, height: 16, width: 24, channels: 1, pixels: new Uint8Array(16 * 24).fill(200) };
  const { data } = await fisherVectors(blank, model, engine);
  assert.ok(data.every(Number.isFinite));
});

test('Fisher vectors have length 1, do not depend on the images beside them, and repeat with the seed', async () => {
  const engine = await createEngine();
  const images = bars(20, 1);
  const settings = { ...fisherDefaults, gaussians: 4, dimensions: 6 };
  const model = await fitFisherVectors(images, engine, createRandom(3), settings);
  const vectors = await fisherVectors(images, model, engine);
  assert.equal(vectors.columns, 2 * 4 * 6);
  for (let i = 0; i < 20; i++) assert.ok(Math.abs(Math.hypot(...row(vectors, i)) - 1) < 1e-5);

  const alone = { ...images, count: 1, pixels: images.pixels.subarray(5 * 384, 6 * 384) };
  assert.deepEqual((await fisherVectors(alone, model, engine)).data, row(vectors, 5).slice());
  const again = await fitFisherVectors(images, engine, createRandom(3), settings);
  assert.deepEqual(again, model);
});

test('Fisher vectors tell horizontal from vertical bars', async () => {
  const engine = await createEngine();
  const images = bars(20, 2);
  const model = await fitFisherVectors(images, engine, createRandom(0), { ...fisherDefaults, gaussians: 4 });
  const vectors = await fisherVectors(images, model, engine);
  const { data: cosines } = await engine.product(vectors, vectors, { transposeB: true });
  const ofKind = (same: boolean) => cosines.filter((_, n) => ((n % 20) % 2 === Math.floor(n / 20) % 2) === same);
  const [within, between] = [Math.min(...ofKind(true)), Math.max(...ofKind(false))];
  assert.ok(within > between, `least cosine within a kind ${within}, largest between kinds ${between}`);
});

test('fitting a mixture recovers the Gaussians that drew the points', async () => {
  const random = createRandom(5);
  const n = 4000;
  const points = matrix(n, 2);
  for (let i = 0; i < n; i++) {
    const second = i % 4 === 0;
    points.data[2 * i] = (second ? 5 : -2) + (second ? 0.5 : 1) * random.normal();
    points.data[2 * i + 1] = (second ? 1 : 3) + (second ? 2 : 0.7) * random.normal();
  }
  const { weights, means, variances } = await fitMixture(points, 2, 30, await createEngine(), random);
  const [a, b] = weights[0]! > weights[1]! ? [0, 1] : [1, 0];
  assertClose([weights[a]!, weights[b]!], [0.75, 0.25], 0.01);
  assertClose([...row(means, a), ...row(means, b)], [-2, 3, 5, 1], 0.15);
  assertClose([...row(variances, a), ...row(variances, b)], [1, 0.49, 0.25, 4], 0.4);
});

test('images smaller than a patch, and no images, are refused', async () => {
  const engine = await createEngine();
  await assert.rejects(fitFisherVectors(image, engine, createRandom(0)), (error: Error) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, /6 x 7; expected at least one patch of side 8/);
    return true;
  });
  const none = { ...image, count: 0, pixels: new Uint8Array(0) };
  await assert.rejects(fitFisherVectors(none, engine, createRandom(0)), /needs at least one/);
});

test('pictures of one colour are refused in words', async () => {
  const flat: Images = { count: 4, height: 16, width: 24, channels: 1, pixels: new Uint8Array(4 * 16 * 24).fill(200) };
  const engine = await createEngine();
  await assert.rejects(
    fitFisherVectors(flat, engine, createRandom(0)),
    (error) => error instanceof InputError && /of one colour/.test(error.message),
  );
});
