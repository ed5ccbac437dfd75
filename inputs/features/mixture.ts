import type { Engine } from '../../lib/engine/engine';
import { matrix, row, softmaxRows, takeRows, type Matrix } from '../../lib/engine/matrix';
import type { Random } from '../../lib/random';

/** A Gaussian mixture with diagonal covariances: K components in D dimensions. */
export interface Mixture {
  /** [K], sums to 1. */
  readonly weights: Float64Array;
  /** [K, D] */
  readonly means: Matrix;
  /** [K, D] */
  readonly variances: Matrix;
}

const SMALLEST_VARIANCE = 1e-3;

/** [x, x^2] beside one another, [n, 2D]: what the likelihood and all statistics of a diagonal Gaussian need. */
export function withSquares(x: Matrix): Matrix {
  const d = x.columns;
  const out = matrix(x.rows, 2 * d);
  for (let i = 0; i < x.rows; i++)
    for (let j = 0; j < d; j++) {
      const value = x.data[i * d + j]!;
      out.data[i * 2 * d + j] = value;
      out.data[i * 2 * d + d + j] = value * value;
    }
  return out;
}

/** Computes responsibilities P(component | x) [n, K] from {@link withSquares} of the points. */
export function responsibilities(mixture: Mixture, engine: Engine): (squares: Matrix) => Promise<Matrix> {
  const { weights, means, variances } = mixture;
  const [k, d] = [means.rows, means.columns];
  const linear = matrix(2 * d, k);
  const bias = new Float32Array(k);
  for (let c = 0; c < k; c++) {
    let constant = Math.log(weights[c]!);
    for (let j = 0; j < d; j++) {
      const mean = means.data[c * d + j]!;
      const variance = variances.data[c * d + j]!;
      linear.data[j * k + c] = mean / variance;
      linear.data[(d + j) * k + c] = -0.5 / variance;
      constant -= 0.5 * (Math.log(variance) + (mean * mean) / variance);
    }
    bias[c] = constant;
  }
  return async (squares) => softmaxRows(await engine.product(squares, linear, { bias }));
}

/** `k` points far from one another (k-means++; Arthur and Vassilvitskii, 2007): the EM algorithm's first means. */
function seedMeans(points: Matrix, k: number, random: Random): Matrix {
  const nearest = new Float64Array(points.rows).fill(Infinity);
  const picks = [random.integer(points.rows)];
  while (picks.length < k) {
    const last = row(points, picks[picks.length - 1]!);
    let total = 0;
    for (let i = 0; i < points.rows; i++) {
      let distance = 0;
      for (let j = 0; j < last.length; j++) distance += (points.data[i * last.length + j]! - last[j]!) ** 2;
      total += nearest[i] = Math.min(nearest[i]!, distance);
    }
    let target = random.uniform() * total;
    let pick = 0;
    while (pick < points.rows - 1 && (target -= nearest[pick]!) > 0) pick++;
    picks.push(pick);
  }
  return takeRows(points, picks);
}

/**
 * Fits a mixture of `k` diagonal Gaussians to the rows of `points` by `iterations` steps of expectation-maximisation,
 * from means picked by k-means++ and the points' overall variance.
 */
export async function fitMixture(
  points: Matrix,
  k: number,
  iterations: number,
  engine: Engine,
  random: Random,
): Promise<Mixture> {
  const d = points.columns;
  const squares = withSquares(points);
  const overall = new Float64Array(2 * d);
  for (let i = 0; i < squares.data.length; i++) overall[i % (2 * d)]! += squares.data[i]! / points.rows;
  let mixture: Mixture = {
    weights: new Float64Array(k).fill(1 / k),
    means: seedMeans(points, k, random),
    variances: matrix(
      k,
      d,
      Float32Array.from({ length: k * d }, (_, i) => overall[d + (i % d)]! - overall[i % d]! ** 2),
    ),
  };
  for (let step = 0; step < iterations; step++) {
    const shares = await responsibilities(mixture, engine)(squares);
    mixture = maximise(shares, await engine.product(shares, squares, { transposeA: true }));
  }
  return mixture;
}

/** The M step: weights, means and variances from responsibilities [n, K] and their statistics [K, 2D]. */
function maximise(shares: Matrix, statistics: Matrix): Mixture {
  const k = shares.columns;
  const d = statistics.columns / 2;
  const counts = new Float64Array(k).fill(1e-9);
  for (let i = 0; i < shares.data.length; i++) counts[i % k]! += shares.data[i]!;
  const means = matrix(k, d);
  const variances = matrix(k, d);
  for (let c = 0; c < k; c++)
    for (let j = 0; j < d; j++) {
      const mean = statistics.data[c * 2 * d + j]! / counts[c]!;
      means.data[c * d + j] = mean;
      variances.data[c * d + j] =
        Math.max(0, statistics.data[c * 2 * d + d + j]! / counts[c]! - mean * mean) + SMALLEST_VARIANCE;
    }
  return { weights: counts.map((count) => count / shares.rows), means, variances };
}
