import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chiSquaredUpper,
  normalCdf,
  normalQuantile,
  studentizedRangeQuantile,
  studentTwoSided,
} from '../../../lib/study/statistics/distributions';
import { halfWidth } from '../../../lib/study/statistics/spread';
import fixture from '../../fixtures/statistics.json';

/** Relative, so that small tails count as well. */
const close = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected) + 1e-15, `${actual} instead of ${expected}`);

test('distribution functions agree with scipy.stats, tails included', () => {
  for (const [z, p] of fixture.normal) close(normalCdf(z!), p!, 1e-10);
  for (const [p, z] of fixture.normalQuantile) close(normalQuantile(p!), z!, 1e-8);
  for (const [t, n, p] of fixture.student) close(studentTwoSided(t!, n!), p!, 1e-10);
  for (const [x, n, p] of fixture.chiSquared) close(chiSquaredUpper(x!, n!), p!, 1e-10);
  for (const [p, k, q] of fixture.range) close(studentizedRangeQuantile(p!, k!), q!, 1e-4);
});

test('the half-width of a single value is 0, and of two their sample deviation', () => {
  assert.deepEqual([halfWidth([5], 'ci95'), halfWidth([5], 'sd')], [0, 0]);
  assert.equal(halfWidth([1, 3], 'sd'), Math.SQRT2);
});

test("the half-width of a 95 % interval of a mean is scipy's t quantile times the standard error", () => {
  for (const [freedom, quantile] of fixture.studentQuantile) {
    const values = Array.from({ length: freedom! + 1 }, (_, i) => i ** 2);
    const error = halfWidth(values, 'sd') / Math.sqrt(values.length);
    close(halfWidth(values, 'ci95') / error, quantile!, 1e-10);
  }
});
