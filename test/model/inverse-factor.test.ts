import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import { inverseFactor } from '../../lib/model/mixture/inverse-factor';
import { createRandom } from '../../lib/random';

/** X'X / n + ridge I of normal rows, `spread` times as wide in the first direction. */
function positive(D: number, ridge: number, spread = 1): Matrix {
  const random = createRandom(D).stream('rows');
  const rows = Array.from({ length: 2 * D }, () =>
    Array.from({ length: D }, (_, j) => (j === 0 ? spread : 1) * random.normal()),
  );
  const S = matrix(D, D);
  for (let i = 0; i < D; i++)
    for (let j = 0; j < D; j++)
      S.data[i * D + j] = rows.reduce((sum, x) => sum + x[i]! * x[j]!, 0) / rows.length + (i === j ? ridge : 0);
  return S;
}

for (const [D, spread] of [
  [1, 1],
  [5, 1],
  [64, 1],
  [65, 10],
  [131, 30],
] as const)
  test(`the inverse factor of ${D} x ${D} whitens: it is lower triangular and makes S the identity`, async () => {
    const engine = await createEngine();
    const S = positive(D, 0.05, spread);
    const inverse = await inverseFactor(S, engine);
    const white = await engine.product(await engine.product(inverse, S), inverse, { transposeB: true });
    for (let i = 0; i < D; i++)
      for (let j = 0; j < D; j++) {
        assert.ok(Math.abs(white.data[i * D + j]! - Number(i === j)) < 1e-3, `${i}, ${j}: ${white.data[i * D + j]}`);
        if (j > i) assert.equal(inverse.data[i * D + j], 0);
        else if (i === j) assert.ok(inverse.data[i * D + j]! > 0);
      }
  });

test('a direction in which nothing scatters leaves finite numbers', async () => {
  const S = positive(70, 0);
  for (let j = 0; j < 70; j++) S.data[3 * 70 + j] = S.data[j * 70 + 3] = 0;
  const inverse = await inverseFactor(S, await createEngine());
  assert.ok(inverse.data.every(Number.isFinite));
});
