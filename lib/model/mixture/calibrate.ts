import type { Matrix } from '../../engine/matrix';

/** A score of every class for some images [n, K], and the range its weight may have. */
export interface Score {
  readonly values: Matrix;
  readonly least: number;
  readonly most: number;
  /** Where the search starts, and what the weight stays at if the labels say nothing of it. */
  readonly start: number;
}

export interface Calibration {
  /** One a score. */ readonly weights: Float64Array;
  /** Mean log-probability of the labels, in nats. */ readonly logLikelihood: number;
}

/**
 * The weights under which p = softmax(sum of weight x score) makes the labels likeliest: one temperature for the features, one
 * weight for each answer (temperature scaling, Guo et al., ICML 2017, with several scores). The log-likelihood is
 * concave in the weights, so Newton steps within their ranges find its only maximum. Scores must come from models that
 * did not see the images' labels. `near`: weights to search from, of scores much alike.
 */
export function calibrate(scores: readonly Score[], labels: Int32Array, near?: ArrayLike<number>): Calibration {
  const weights = Float64Array.from(scores, ({ start }, f) => near?.[f] ?? start);
  let now = derivatives(scores, labels, weights);
  for (let step = 0; step < 30 && labels.length > 0; step++) {
    const free = scores.map(
      ({ least, most }, f) => !(now.gradient[f]! < 0 ? weights[f]! <= least : weights[f]! >= most),
    );
    const direction = newtonDirection(now.gradient, now.curvature, free);
    let better: { weights: Float64Array; now: Derivatives } | undefined;
    for (let length = 1; length > 1e-3 && !better; length /= 2) {
      const next = weights.map((w, f) => {
        const { least, most } = scores[f]!;
        return Math.min(most, Math.max(least, w + length * direction[f]!));
      });
      const there = derivatives(scores, labels, next);
      if (there.value > now.value) better = { weights: next, now: there };
    }
    if (!better) break;
    const gain = better.now.value - now.value;
    weights.set(better.weights);
    now = better.now;
    if (gain < 1e-6) break;
  }
  return { weights, logLikelihood: now.value };
}

interface Derivatives {
  readonly value: number;
  readonly gradient: Float64Array;
  /** [F, F], minus the second derivatives */ readonly curvature: Float64Array;
}

/** Of the mean log-probability of the labels by the weights. */
function derivatives(scores: readonly Score[], labels: Int32Array, weights: Float64Array): Derivatives {
  const [F, n] = [scores.length, labels.length];
  const [gradient, curvature] = [new Float64Array(F), new Float64Array(F * F)];
  if (n === 0) return { value: 0, gradient, curvature };
  const K = scores[0]!.values.columns;
  const p = new Float64Array(K);
  const means = new Float64Array(F);
  let value = 0;
  for (let i = 0; i < n; i++) {
    p.fill(0);
    for (let f = 0; f < F; f++) {
      const [data, weight] = [scores[f]!.values.data, weights[f]!];
      for (let k = 0; k < K; k++) p[k]! += weight * data[i * K + k]!;
    }
    const own = p[labels[i]!]!;
    let top = -Infinity;
    for (let k = 0; k < K; k++) if (p[k]! > top) top = p[k]!;
    let sum = 0;
    for (let k = 0; k < K; k++) sum += p[k] = Math.exp(p[k]! - top);
    for (let k = 0; k < K; k++) p[k]! /= sum;
    value += (own - top - Math.log(sum)) / n;
    for (let f = 0; f < F; f++) {
      const data = scores[f]!.values.data;
      let mean = 0;
      for (let k = 0; k < K; k++) mean += p[k]! * data[i * K + k]!;
      means[f] = mean;
      gradient[f]! += (data[i * K + labels[i]!]! - mean) / n;
    }
    for (let f = 0; f < F; f++)
      for (let g = 0; g <= f; g++) {
        const [a, b] = [scores[f]!.values.data, scores[g]!.values.data];
        let mean = 0;
        for (let k = 0; k < K; k++) mean += p[k]! * a[i * K + k]! * b[i * K + k]!;
        const covariance = (mean - means[f]! * means[g]!) / n;
        curvature[f * F + g]! += covariance;
        if (g < f) curvature[g * F + f]! += covariance;
      }
  }
  return { value, gradient, curvature };
}

/** Curvature^-1 gradient among the free weights, 0 for the others; by Gaussian elimination, a trace of a ridge added. */
function newtonDirection(gradient: Float64Array, curvature: Float64Array, free: readonly boolean[]): Float64Array {
  const F = gradient.length;
  const A = Array.from({ length: F }, (_, f) =>
    Float64Array.from({ length: F + 1 }, (_, g) => {
      if (!free[f] || (g < F && !free[g])) return f === g ? 1 : 0;
      return g === F ? gradient[f]! : curvature[f * F + g]! * (f === g ? 1 + 1e-6 : 1) + (f === g ? 1e-12 : 0);
    }),
  );
  for (let f = 0; f < F; f++)
    for (let g = f + 1; g < F; g++) {
      const factor = A[g]![f]! / A[f]![f]!;
      for (let c = f; c <= F; c++) A[g]![c]! -= factor * A[f]![c]!;
    }
  const direction = new Float64Array(F);
  for (let f = F - 1; f >= 0; f--) {
    let rest = A[f]![F]!;
    for (let c = f + 1; c < F; c++) rest -= A[f]![c]! * direction[c]!;
    direction[f] = rest / A[f]![f]!;
  }
  return direction;
}
