import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { backwardWeights, weighedTransition } from '../../lib/noise/corrections';
import { mostlyRight } from '../../inputs/datasets/synthetic';
import { identityTransition } from '../../lib/noise/transition-matrix';

/** T R, which should be the identity. */
const product = (T: Matrix, R: Matrix): number[] =>
  Array.from({ length: T.rows * R.columns }, (_, at) => {
    const [i, j] = [Math.floor(at / R.columns), at % R.columns];
    return row(T, i).reduce((sum, p, a) => sum + p * R.data[a * R.columns + j]!, 0);
  });

const isIdentity = (values: number[], size: number, tolerance: number): boolean =>
  values.every((value, at) => Math.abs(value - (at % (size + 1) === 0 ? 1 : 0)) < tolerance);

test('backward weights undo T on average, for any T that is mostly right, outside answers or not', () => {
  const share = fc.float({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(share, { minLength: 12, maxLength: 12 }), fc.boolean(), (shares, outside) => {
      const T = matrix(3, outside ? 4 : 3);
      for (let i = 0; i < 3; i++) {
        const weights = Array.from({ length: T.columns }, (_, j) => shares[i * 4 + j]! + (i === j ? 3 : 0));
        const sum = weights.reduce((a, b) => a + b);
        row(T, i).set(weights.map((weight) => weight / sum));
      }
      const R = backwardWeights(T);
      assert.ok(isIdentity(product(T, R), 3, 1e-5));
      if (outside) assert.deepEqual([...row(R, 3)], [0, 0, 0]);
    }),
  );
});

test('the backward weights of two groups are the textbook inverse', () => {
  const R = backwardWeights(matrix(2, 2, Float32Array.of(0.8, 0.2, 0.4, 0.6)));
  [1.5, -0.5, -1, 2].forEach((value, at) => assert.ok(Math.abs(R.data[at]! - value) < 1e-6)); // determinant 0.4
});

test('a T without inverse, or nearly, is mixed with the identity until no answer weighs more than 10', () => {
  for (const accuracy of [1 / 4, 0.26, 0.3, 0.5]) {
    const R = backwardWeights(mostlyRight(4, accuracy));
    for (let a = 0; a < 4; a++) {
      const size = row(R, a).reduce((sum, value) => sum + Math.abs(value), 0);
      assert.ok(size <= 10 + 1e-4 && size >= 1, `accuracy ${accuracy}: ${size}`);
      assert.ok(Math.abs(row(R, a).reduce((sum, value) => sum + value, 0) - 1) < 1e-4, 'weights of an answer sum to 1');
    }
    assert.equal(isIdentity(product(mostlyRight(4, accuracy), R), 4, 1e-4), accuracy > 0.4);
  }
  assert.throws(() => backwardWeights(matrix(2, 2, new Float32Array(4).fill(NaN))), /it holds NaN/);
});

test('the identity needs no correction', () => {
  assert.deepEqual([...backwardWeights(identityTransition(3)).data], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
});

test('the T of weighed answers has its rows weighed and normalised again; equal weights change nothing', () => {
  const T = matrix(2, 2, Float32Array.of(0.5, 0.5, 0.2, 0.8));
  const weighed = weighedTransition(T, [1, 3]);
  [1 / 4, 3 / 4, 0.2 / 2.6, 2.4 / 2.6].forEach((p, at) => assert.ok(Math.abs(weighed.data[at]! - p) < 1e-6));
  weighedTransition(T, [7, 7]).data.forEach((p, at) => assert.ok(Math.abs(p - T.data[at]!) < 1e-6));
  assert.throws(() => weighedTransition(T, [1]), /1 weights for 2 answers/);
});
