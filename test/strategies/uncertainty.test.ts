import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix } from '../../lib/engine/matrix';
import { entropy, largest, leastConfidence, margin, percentileRanks } from '../../lib/strategies/uncertainty';

const rows = (...values: number[][]) => matrix(values.length, values[0]!.length, Float32Array.from(values.flat()));
const near = (actual: ArrayLike<number>, expected: number[]) =>
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i]! - value) < 1e-6, `${i}: ${actual[i]}, not ${value}`));

test('margin is minus the gap between the two largest probabilities', () => {
  near(margin(rows([0.1, 0.9], [0.45, 0.55], [0.5, 0.5], [0.7, 0.3])), [-0.8, -0.1, 0, -0.4]);
  near(margin(rows([0.2, 0.5, 0.3])), [-0.2]);
});

test('entropy takes 0 ln 0 as 0, and is ln K for a uniform prediction', () => {
  near(entropy(rows([1, 0], [0.5, 0.5])), [0, Math.LN2]);
});

test('least confidence is one minus the largest probability', () => {
  near(leastConfidence(rows([0.25, 0.75], [0.5, 0.5])), [0.25, 0.5]);
});

test('probabilities that are not numbers give NaN, which ranks last', () => {
  const values = margin(rows([NaN, 0.5], [0.9, 0.1]));
  assert.ok(Number.isNaN(values[0]));
  assert.deepEqual([...percentileRanks(values)], [0, 1]);
  assert.deepEqual([...largest(values, 2, Int32Array.of(0, 1))], [1, 0]);
});

test('percentile ranks run up to 1 and ties share their mean rank', () => {
  assert.deepEqual([...percentileRanks(Float64Array.of(3, 1, 2, 2))], [1, 0.25, 0.625, 0.625]);
  assert.equal(percentileRanks(new Float64Array(0)).length, 0);
});

test('the largest come first, and equal ones in the shuffled order', () => {
  assert.deepEqual([...largest(Float64Array.of(1, 5, 5, 0), 3, Int32Array.of(2, 0, 1, 3))], [2, 1, 0]);
});
