import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix, softmaxRows, type Matrix } from '../../lib/engine/matrix';
import { discriminant, scatterOf } from '../../lib/model/mixture/discriminant';
import { statisticsOf } from '../../lib/model/mixture/statistics';

/** Made by test/fixtures/discriminant.py: scikit-learn's LinearDiscriminantAnalysis(solver='lsqr'), its formulas in numpy. */
const fixture = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/discriminant.json'), 'utf8')) as {
  readonly X: number[][];
  readonly y: number[];
  readonly points: number[][];
  readonly cases: readonly { readonly shrinkage: number; readonly probabilities: number[][] }[];
};

const asMatrix = (rows: number[][]): Matrix => {
  const found = matrix(rows.length, rows[0]!.length);
  found.data.set(rows.flat());
  return found;
};

test("without a pull of the groups, the discriminant is scikit-learn's at every shrinkage", async () => {
  const engine = await createEngine();
  const [x, K] = [asMatrix(fixture.X), 4];
  const shares = matrix(x.rows, K);
  fixture.y.forEach((k, i) => (shares.data[i * K + k] = 1));
  const names = ['a', 'b', 'c', 'd'];
  const hierarchy = { fine: names, coarse: names, groupOf: Int32Array.of(0, 1, 2, 3) };
  const scatter = await scatterOf(await statisticsOf(x, Int32Array.from(fixture.y), K, engine), hierarchy, 0, engine);
  // theirs is divided by the images, ours by the degrees of freedom
  const scale = x.rows / (x.rows - K);
  for (const { shrinkage, probabilities } of fixture.cases) {
    const { weights, bias } = await discriminant(scatter, shrinkage, engine);
    const scores = await engine.product(asMatrix(fixture.points), weights, { bias });
    for (let at = 0; at < scores.data.length; at++) scores.data[at]! *= scale;
    const p = softmaxRows(scores);
    probabilities
      .flat()
      .forEach((expected, at) =>
        assert.ok(Math.abs(p.data[at]! - expected) < 2e-3, `shrinkage ${shrinkage}: ${p.data[at]}, not ${expected}`),
      );
  }
});
