import type { Hierarchy } from '../../datasets/hierarchy';
import type { Engine } from '../../engine';
import { matrix, type Matrix } from '../../engine/matrix';
import type { Statistics } from './statistics';

/** How a discriminant is shrunk. */
export interface Shrinkage {
  /** 0..1, of the covariance towards a multiple of the identity: S = (1 - covariance) S_w + covariance (tr S_w / D) I. */
  readonly covariance: number;
  /** A class's mean is pulled to its group's as by so many images there; group means to the mean of all as by one. */
  readonly means: number;
}

/** Log-likelihoods of classes up to a constant an image: x weights [D, K] + bias [K]. */
export interface Discriminant {
  readonly weights: Matrix;
  readonly bias: Float32Array;
}

/** Class means and the scatter around them, to be shrunk by one or several strengths. */
export interface Scatter {
  /** [K, D] */ readonly means: Matrix;
  /** [D, D], unbiased */ readonly covariance: Float64Array;
}

/** Fewer degrees of freedom than this are taken for as many: the scatter of a handful of images is no covariance. */
const LEAST_FREEDOM = 20;

/** Group-shrunk class means, and the covariance within classes around them. */
export async function scatterOf(
  { counts, sums, products }: Statistics,
  { groupOf, coarse }: Hierarchy,
  pull: number,
  engine: Engine,
): Promise<Scatter> {
  const [K, C] = [counts.length, coarse.length];
  const D = sums.length / K;
  const total = counts.reduce((sum, n) => sum + n, 0);
  const mean = new Float64Array(D);
  const [groupCounts, groupSums] = [new Float64Array(C), new Float64Array(C * D)];
  for (let k = 0; k < K; k++) {
    const group = groupOf[k]!;
    groupCounts[group]! += counts[k]!;
    for (let j = 0; j < D; j++) {
      groupSums[group * D + j]! += sums[k * D + j]!;
      mean[j]! += sums[k * D + j]! / (total || 1);
    }
  }
  const means = matrix(K, D);
  for (let k = 0; k < K; k++) {
    const group = groupOf[k]!;
    const [weight, given] = [counts[k]! + pull, counts[k]! > 0 || pull > 0];
    for (let j = 0; j < D; j++) {
      const ofGroup = pull > 0 || !given ? (groupSums[group * D + j]! + mean[j]!) / (groupCounts[group]! + 1) : 0;
      means.data[k * D + j] = given ? (sums[k * D + j]! + pull * ofGroup) / weight : ofGroup;
    }
  }
  // sum of r (x - m)(x - m)' = X'RX - G'm - m'G + m'Nm = X'RX - m'(G - Nm) - G'm
  const [left, right] = [matrix(K, D), matrix(K, D)];
  for (let k = 0; k < K; k++)
    for (let j = 0; j < D; j++) {
      left.data[k * D + j] = sums[k * D + j]!;
      right.data[k * D + j] = sums[k * D + j]! - counts[k]! * means.data[k * D + j]!;
    }
  const one = await engine.product(left, means, { transposeA: true });
  const two = await engine.product(means, right, { transposeA: true });
  let seen = 0;
  for (const n of counts) seen += Math.min(n, 1);
  const freedom = Math.max(total - seen, LEAST_FREEDOM);
  const covariance = products.map((value, at) => (value - one.data[at]! - two.data[at]!) / freedom);
  return { means, covariance };
}

/** The discriminant of classes with these means and one covariance, shrunk, and equal priors. */
export async function discriminant(
  { means, covariance }: Scatter,
  shrinkage: number,
  engine: Engine,
): Promise<Discriminant> {
  const [K, D] = [means.rows, means.columns];
  let trace = 0;
  for (let j = 0; j < D; j++) trace += covariance[j * D + j]!;
  const ridge = trace > 1e-9 ? (shrinkage * trace) / D : 1;
  const S = new Float64Array(D * D);
  for (let i = 0; i < D; i++)
    for (let j = 0; j <= i; j++) {
      const value = (covariance[i * D + j]! + covariance[j * D + i]!) / 2;
      S[i * D + j] = (1 - shrinkage) * value + (i === j ? ridge : 0);
    }
  const inverse = inverseOfFactor(S, D); // L^-1, lower triangular
  const white = await engine.product(means, inverse, { transposeB: true }); // [K, D], L^-1 m
  const weights = await engine.product(inverse, white, { transposeA: true, transposeB: true });
  const bias = new Float32Array(K);
  for (let k = 0; k < K; k++) {
    let square = 0;
    for (let j = 0; j < D; j++) square += white.data[k * D + j]! ** 2;
    bias[k] = -square / 2;
  }
  return { weights, bias };
}

/**
 * L^-1 of S = L L', whose lower half is given and is overwritten; float64. A pivot that is no longer positive (a direction
 * in which nothing scatters, at no shrinkage) is taken for a billionth of the largest.
 */
function inverseOfFactor(S: Float64Array, D: number): Matrix {
  let largest = 0;
  for (let j = 0; j < D; j++) largest = Math.max(largest, S[j * D + j]!);
  for (let i = 0; i < D; i++) {
    const own = S.subarray(i * D, (i + 1) * D);
    for (let j = 0; j <= i; j++) {
      const other = S.subarray(j * D, (j + 1) * D);
      const sum = own[j]! - dot(own, other, j);
      own[j] = i === j ? Math.sqrt(Math.max(sum, 1e-9 * largest)) : sum / other[j]!;
    }
  }
  const inverse = new Float64Array(D * D);
  for (let i = 0; i < D; i++) {
    const target = inverse.subarray(i * D, (i + 1) * D);
    for (let k = 0; k < i; k++) {
      const [factor, source] = [S[i * D + k]!, inverse.subarray(k * D, (k + 1) * D)];
      for (let j = 0; j <= k; j++) target[j]! -= factor * source[j]!;
    }
    target[i] = 1;
    for (let j = 0; j <= i; j++) target[j]! /= S[i * D + i]!;
  }
  return matrix(D, D, Float32Array.from(inverse));
}

/** Of the first n entries; four sums at once, so that none waits for the one before. */
function dot(a: Float64Array, b: Float64Array, n: number): number {
  let [one, two, three, four] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < n; k += 4) {
    one += a[k]! * b[k]!;
    two += a[k + 1]! * b[k + 1]!;
    three += a[k + 2]! * b[k + 2]!;
    four += a[k + 3]! * b[k + 3]!;
  }
  for (; k < n; k++) one += a[k]! * b[k]!;
  return one + two + three + four;
}
