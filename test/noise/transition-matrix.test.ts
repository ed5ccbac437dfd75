import assert from 'node:assert/strict';
import { test } from 'node:test';
import { row } from '../../lib/engine/matrix';
import { estimateTransition, kappa } from '../../lib/noise/transition-matrix';

const trusted = { groups: Int32Array.of(0, 0, 0, 1, 1), answers: Int32Array.of(0, 0, 1, 1, 1) };

function assertRows(actual: ReturnType<typeof estimateTransition>, expected: number[][]): void {
  assert.deepEqual([actual.rows, actual.columns], [expected.length, expected[0]!.length]);
  expected.forEach((values, i) =>
    values.forEach((value, j) =>
      assert.ok(Math.abs(row(actual, i)[j]! - value) < 1e-6, `T[${i}][${j}] ${row(actual, i)[j]}`),
    ),
  );
}

test('without a prior, T holds the shares of the answers to each true group', () => {
  assertRows(estimateTransition(trusted, 2, { strength: 0 }), [
    [2 / 3, 1 / 3],
    [0, 1],
  ]);
});

test('the prior adds its strength in answers: accuracy on the diagonal, the rest as the answers are spread', () => {
  // accuracy (4 + 1) / (5 + 2) = 5/7; marginal (2.5, 3.5) / 6; prior row 0 = 5/7 + 2/7 * 2.5/6, 2/7 * 3.5/6
  const p00 = 5 / 7 + (2 / 7) * (2.5 / 6);
  const p11 = 5 / 7 + (2 / 7) * (3.5 / 6);
  assertRows(estimateTransition(trusted, 2, { strength: 4 }), [
    [(2 + 4 * p00) / 7, (1 + 4 * (1 - p00)) / 7],
    [(4 * (1 - p11)) / 6, (2 + 4 * p11) / 6],
  ]);
});

test('a group without trusted images gets the prior, and every row sums to 1', () => {
  const T = estimateTransition(trusted, 3);
  for (let i = 0; i < 3; i++) assert.ok(Math.abs(row(T, i).reduce((sum, p) => sum + p, 0) - 1) < 1e-6);
  assert.ok(row(T, 2)[2]! > 0.5);
});

test('an answer outside the list has a column of its own, the last', () => {
  const T = estimateTransition({ groups: Int32Array.of(0, 0, 1), answers: Int32Array.of(0, -1, 1) }, 2, {
    strength: 0,
  });
  assertRows(T, [
    [0.5, 0, 0.5],
    [0, 1, 0],
  ]);
});

test('T is row-stochastic: rows are true groups, columns are answers', () => {
  const T = estimateTransition({ groups: Int32Array.of(0, 0), answers: Int32Array.of(1, 1) }, 2, { strength: 0 });
  assert.deepEqual([T.data[0], T.data[1]], [0, 1]);
});

test('a label that cannot be is refused with its value', () => {
  const wrong = { groups: Int32Array.of(5), answers: Int32Array.of(0) };
  assert.throws(() => estimateTransition(wrong, 2), /Unexpected true group: 5; expected 0 to 1/);
  assert.throws(
    () => estimateTransition(trusted, 2, { strength: -1 }),
    /Unexpected strength of the prior: -1; expected/,
  );
});

test("kappa is 1 for perfect, 0 for constant answers, and equals scikit-learn's cohen_kappa_score between", () => {
  assert.equal(kappa({ groups: Int32Array.of(0, 1, 2), answers: Int32Array.of(0, 1, 2) }, 3), 1);
  assert.equal(kappa({ groups: Int32Array.of(0, 1), answers: Int32Array.of(0, 0) }, 2), 0);
  // sklearn.metrics.cohen_kappa_score([0,0,0,1,1],[0,0,1,1,1]) = 0.6153846153846154
  assert.ok(Math.abs(kappa(trusted, 2) - 0.6153846153846154) < 1e-12);
  assert.equal(kappa({ groups: new Int32Array(0), answers: new Int32Array(0) }, 2), 0);
});
