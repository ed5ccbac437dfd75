import type { Hierarchy } from '../../data/hierarchy';
import type { Engine } from '../../engine';
import { matrix, type Matrix } from '../../engine/matrix';
import { inverseFactor } from './inverse-factor';
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
  const covariance = new Float64Array(D * D);
  for (let at = 0; at < covariance.length; at++)
    covariance[at] = (products[at]! - one.data[at]! - two.data[at]!) / freedom;
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
  const S = matrix(D, D);
  for (let i = 0; i < D; i++)
    for (let j = 0; j <= i; j++) {
      const value = (covariance[i * D + j]! + covariance[j * D + i]!) / 2;
      S.data[i * D + j] = S.data[j * D + i] = (1 - shrinkage) * value + (i === j ? ridge : 0);
    }
  const inverse = await inverseFactor(S, engine);
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

/** The scores times a factor. */
export const times = (factor: number, { weights: { rows, columns, data }, bias }: Discriminant): Discriminant => ({
  weights: matrix(
    rows,
    columns,
    data.map((value) => factor * value),
  ),
  bias: bias.map((value) => factor * value),
});
