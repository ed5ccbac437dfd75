import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapInterval } from '../../../lib/study/statistics/bootstrap';
import { holm } from '../../../lib/study/statistics/holm';
import { penaltyMatrixOf } from '../../../lib/study/statistics/penalties';
import { criticalDifferenceRanking } from '../../../lib/study/statistics/ranking';
import { midRanks } from '../../../lib/study/statistics/ranks';
import fixture from '../../fixtures/statistics.json';

const close = (actual: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} instead of ${expected}`);

test('ranks of equal values are their mean', () => {
  assert.deepEqual(midRanks([30, 10, 20, 20, 5]), [5, 2, 3.5, 3.5, 1]);
});

test('Holm: the smallest p times all, the next times one less, never falling, at most 1', () => {
  const expected = [0.03, 0.06, 0.06, 0.02]; // by hand: 0.005*4, 0.01*3, 0.03*2, 0.04*1 raised to 0.06
  holm([0.01, 0.04, 0.03, 0.005]).forEach((p, i) => close(p, expected[i]!));
  assert.deepEqual(holm([0.9, 0.8]), [1, 1]);
  assert.deepEqual(holm([]), []);
});

test('bootstrap intervals agree with scipy’s, up to the chance of the draw', () => {
  for (const method of ['bca', 'percentile'] as const) {
    const { low, high } = bootstrapInterval(fixture.bootstrap.sample, { method, resamples: 200_000 });
    close(low, fixture.bootstrap[method][0]!, 0.012);
    close(high, fixture.bootstrap[method][1]!, 0.012);
  }
});

test('a bootstrap interval is the same for the same seed, moves with the data, and is a point for equal differences', () => {
  const values = fixture.bootstrap.sample;
  assert.deepEqual(bootstrapInterval(values), bootstrapInterval(values));
  assert.notDeepEqual(bootstrapInterval(values), bootstrapInterval(values, { seed: 1 }));
  const [here, there] = [bootstrapInterval(values), bootstrapInterval(values.map((value) => value + 10))];
  close(there.low - here.low, 10, 1e-6);
  assert.deepEqual(bootstrapInterval([2, 2, 2]), { low: 2, high: 2 });
  assert.throws(() => bootstrapInterval([]), /at least one difference/);
  assert.throws(() => bootstrapInterval([1], { level: 95 }), /Unexpected level: 95/);
});

test('95 % intervals hold the true mean nearly so often', () => {
  const random = (seed: number): number =>
    Math.sin(seed * 12.9898) * 43758.5453 - Math.floor(Math.sin(seed * 12.9898) * 43758.5453);
  let held = 0;
  for (let trial = 0; trial < 200; trial++) {
    const sample = Array.from({ length: 20 }, (_, i) => random(1 + trial * 20 + i)); // uniform: the true mean is 0.5
    const { low, high } = bootstrapInterval(sample, { resamples: 500, seed: trial });
    if (low <= 0.5 && 0.5 <= high) held++;
  }
  assert.ok(held > 175 && held < 200, `${held} of 200`);
});

test('the penalty matrix counts the budgets at which scipy’s paired t-test is clear', () => {
  const penalties = penaltyMatrixOf(fixture.accuracies);
  penalties.forEach((row, i) => row.forEach((value, j) => close(value, fixture.penalties[i]![j]!)));
  assert.ok(
    penalties.flat().some((value) => value > 0 && value < 1),
    'the fixture tells',
  );
});

test('equal differences beat, zero ones do not, and one seed decides nothing', () => {
  assert.deepEqual(penaltyMatrixOf([[[2, 3]], [[1, 2]], [[1, 2]]]), [
    [0, 1, 1],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(penaltyMatrixOf([[[2]], [[1]]]), [
    [0, 0],
    [0, 0],
  ]);
  assert.throws(() => penaltyMatrixOf([[[2, 3]], [[1]]]), /same 1 budgets with the same 2 seeds/);
});

test('Friedman’s test and Nemenyi’s critical difference agree with scipy, ties included', () => {
  for (const { values, statistic, p, ranks, criticalDifference } of fixture.friedman) {
    const result = criticalDifferenceRanking(values);
    close(result.statistic, statistic);
    close(result.p, p);
    close(result.criticalDifference, criticalDifference, 1e-4);
    result.ranks.forEach((rank, i) => close(rank, ranks[i]!));
  }
  assert.throws(() => criticalDifferenceRanking([[1, 2]]), /two blocks and two strategies/);
});
