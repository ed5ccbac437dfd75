import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import { calibrate, type Score } from '../../lib/model/mixture/calibrate';
import { createRandom } from '../../lib/random';

const [n, K] = [200, 4];
const random = createRandom(0).stream('calibration');
const normals = (): Matrix =>
  matrix(
    n,
    K,
    Float32Array.from({ length: n * K }, () => 2 * random.normal()),
  );

/** Labels drawn from softmax(sum of weight x score). */
function draw(scores: readonly Matrix[], weights: readonly number[]): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => {
    const z = Array.from({ length: K }, (_, k) =>
      scores.reduce((sum, { data }, f) => sum + weights[f]! * data[i * K + k]!, 0),
    );
    const p = z.map((value) => Math.exp(value));
    let left = random.uniform() * p.reduce((a, b) => a + b);
    return Math.max(
      0,
      p.findIndex((value) => (left -= value) < 0),
    );
  });
}

/** Mean log-probability of the labels, as the definition says. */
function likelihood(scores: readonly Matrix[], weights: ArrayLike<number>, labels: Int32Array): number {
  let sum = 0;
  labels.forEach((label, i) => {
    const z = Array.from({ length: K }, (_, k) =>
      scores.reduce((total, { data }, f) => total + weights[f]! * data[i * K + k]!, 0),
    );
    sum += z[label]! - Math.log(z.reduce((total, value) => total + Math.exp(value), 0));
  });
  return sum / labels.length;
}

const ranged = (scores: readonly Matrix[], least: number, most: number): Score[] =>
  scores.map((values) => ({ values, least, most, start: Math.min(most, Math.max(least, 0.1)) }));

const two = [normals(), normals()];
const labels = draw(two, [0.8, 0.3]);

test('no weights on a fine grid make the labels likelier than the calibrated ones', () => {
  const { weights, logLikelihood } = calibrate(ranged(two, 0, 2), labels);
  assert.ok(Math.abs(logLikelihood - likelihood(two, weights, labels)) < 1e-6);
  let [best, at] = [-Infinity, [0, 0]];
  for (let a = 0; a <= 2; a += 0.02)
    for (let b = 0; b <= 2; b += 0.02) {
      const value = likelihood(two, [a, b], labels);
      if (value > best) [best, at] = [value, [a, b]];
    }
  assert.ok(logLikelihood >= best - 1e-6, `${logLikelihood} < ${best}`);
  at.forEach((w, f) => assert.ok(Math.abs(w - weights[f]!) < 0.03, `${w}, not ${weights[f]}`));
});

test('inside its range the slope is nothing; at an end of it, it points out', () => {
  const step = 1e-4;
  for (const [least, most] of [
    [0, 2],
    [0, 0.5],
    [0.6, 2],
  ] as const) {
    const { weights } = calibrate(ranged(two, least, most), labels);
    weights.forEach((w, f) => {
      const at = (value: number): number =>
        likelihood(
          two,
          weights.map((other, g) => (g === f ? value : other)),
          labels,
        );
      const slope = (at(w + step) - at(w - step)) / (2 * step);
      if (w === most) assert.ok(slope > -1e-3, `${slope} at the upper end`);
      else if (w === least) assert.ok(slope < 1e-3, `${slope} at the lower end`);
      else assert.ok(Math.abs(slope) < 2e-3, `${slope} at ${w}`);
    });
  }
});

test('a score that is wrong about the labels gets the least weight, whatever helps beside it', () => {
  const wrong = matrix(
    n,
    K,
    two[0]!.data.map((value) => -value),
  );
  assert.equal(calibrate(ranged([wrong, two[1]!], 0, 2), labels).weights[0], 0);
});

test('without labels, or where a score says nothing, weights stay where they start', () => {
  assert.deepEqual([...calibrate(ranged(two, 0, 2), new Int32Array()).weights], [0.1, 0.1]);
  assert.equal(calibrate(ranged([matrix(n, K)], 0, 2), labels).weights[0], 0.1);
});
