import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { applyPca, fitPca } from '../../lib/engine/pca';
import { createRandom } from '../../lib/random';
import fixture from '../fixtures/fisher.json';

const rows = matrix(12, 6, Float32Array.from(fixture.rows));

test('the components are the ones numpy finds by singular values, up to sign', async () => {
  const { directions } = await fitPca(rows, 3, await createEngine(), createRandom(0));
  fixture.directions.forEach((expected, c) => {
    const cosine = expected.reduce((sum, value, j) => sum + value * directions.data[j * 3 + c]!, 0);
    assert.ok(Math.abs(Math.abs(cosine) - 1) < 1e-4, `component ${c}: cosine ${cosine}`);
  });
});

test('projected training rows have mean 0, uncorrelated columns with the eigenvalues as variances, and mean square 1', async () => {
  const engine = await createEngine();
  const pca = await fitPca(rows, 3, engine, createRandom(0));
  const y = await applyPca(pca, rows, engine);
  const { data: products } = await engine.product(y, y, { transposeA: true });
  for (let a = 0; a < 3; a++)
    for (let b = 0; b < 3; b++) {
      const expected = a === b ? fixture.eigenvalues[a]! / pca.scale ** 2 : 0;
      const found = products[a * 3 + b]! / 12;
      assert.ok(Math.abs(found - expected) < 1e-3, `entry ${a}, ${b}: ${found} instead of ${expected}`);
    }
  const meanSquare = y.data.reduce((sum, value) => sum + value * value, 0) / y.data.length;
  assert.ok(Math.abs(meanSquare - 1) < 1e-5);
});

test('a hidden low-dimensional structure is found among many columns', async () => {
  const engine = await createEngine();
  const random = createRandom(2);
  const gaussian = (r: number, c: number, scale: number) =>
    matrix(
      r,
      c,
      Float32Array.from({ length: r * c }, () => scale * random.normal()),
    );
  const x = await engine.product(gaussian(300, 5, 3), gaussian(5, 120, 1));
  const noise = gaussian(300, 120, 0.1);
  x.data.forEach((_, i) => (x.data[i]! += noise.data[i]!));
  const total = await variance(x.data, 120);
  const pca = await fitPca(x, 5, engine, random);
  const y = await applyPca(pca, x, engine);
  const kept = (await variance(y.data, 5)) * pca.scale ** 2;
  assert.ok(kept / total > 0.99 && kept <= total * 1.0001, `kept ${kept / total} of the variance`);
});

test('more components than the rows can give are refused', async () => {
  await assert.rejects(
    fitPca(rows, 7, await createEngine(), createRandom(0)),
    /Unexpected number of components: 7; expected 1 to 6 for 12 x 6/,
  );
});

/** Sum over columns of the variance. */
async function variance(data: Float32Array, columns: number): Promise<number> {
  const n = data.length / columns;
  const sums = new Float64Array(columns);
  data.forEach((value, i) => (sums[i % columns]! += value));
  const squares = data.reduce((sum, value) => sum + value * value, 0);
  return squares / n - sums.reduce((sum, s) => sum + (s / n) ** 2, 0);
}
