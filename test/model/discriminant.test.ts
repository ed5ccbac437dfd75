import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix, softmaxRows } from '../../lib/engine/matrix';
import { discriminant, scatterOf } from '../../lib/model/mixture/discriminant';
import { statistics } from '../../lib/model/mixture/statistics';

interface Fixture {
  X: number[][];
  y: number[];
  points: number[][];
  cases: { shrinkage: number; probabilities: number[][] }[];
}

/** Made by numpy: see discriminant.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/discriminant.json'), 'utf8')) as Fixture;

test('without a pull on the means, probabilities are those of shrunk linear discriminant analysis in float64', async () => {
  const engine = await createEngine();
  const { X, y, points, cases } = fixture;
  const [n, D, K] = [y.length, X[0]!.length, 4];
  const shares = matrix(n, K);
  y.forEach((k, i) => (shares.data[i * K + k] = 1));
  const sums = await statistics(matrix(n, D, Float32Array.from(X.flat())), shares, engine);
  const hierarchy = { fine: ['a', 'b', 'c', 'd'], coarse: ['x'], groupOf: new Int32Array(K) };
  const scatter = await scatterOf(sums, hierarchy, 0, engine);
  for (const { shrinkage, probabilities } of cases) {
    const { weights, bias } = await discriminant(scatter, shrinkage, engine);
    const p = await engine.product(matrix(points.length, D, Float32Array.from(points.flat())), weights, { bias });
    for (let at = 0; at < p.data.length; at++) p.data[at]! *= n / (n - K); // theirs divides the scatter by n, ours by n - K
    softmaxRows(p);
    probabilities.flat().forEach((value, at) => assert.ok(Math.abs(p.data[at]! - value) < 2e-3, `${shrinkage}, ${at}`));
  }
});
