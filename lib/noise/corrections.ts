import { inverse, Matrix as DenseMatrix } from 'ml-matrix';
import { matrix, row, type Matrix } from '../engine/matrix';
import { check, InputError } from '../errors';
import { sum } from '../numbers';

/**
 * How the loss of an annotator's answer a is corrected by T, p being the model's coarse probabilities (a tied head's: sums
 * of fine ones) and p T the annotator's answers to be expected:
 * - `forward`: -log (p T)_a (Patrini et al., CVPR 2017, section 4.2);
 * - `backward`: sum_j R[a][j] * -log p_j, R the inverse of T (ibid., section 4.1; {@link backwardWeights});
 * - `importance`: w * -log p_a, w = P(true group = a | x) / P(answer = a | x) = p_a / (p T)_a (Liu and Tao, TPAMI 2016) by
 *   the model's current p, through which no gradient flows (as in Xia et al., NeurIPS 2019); an answer outside the list has w = 0.
 */
export const corrections = ['forward', 'backward', 'importance'] as const;
export type Correction = (typeof corrections)[number];

/** @throws InputError listing the known corrections. */
export function checkCorrection(correction: string): asserts correction is Correction {
  check(
    (corrections as readonly string[]).includes(correction),
    `Unknown correction: "${correction}"; expected one of ${corrections.join(', ')}`,
  );
}

export interface CorrectionOptions {
  /** Default: forward. */
  readonly correction?: Correction;
  /**
   * T per fine class [K, M], as wide as T. A tied head, whose fine probabilities are the model's, then expects the
   * answers sum_k p_fine(k | x) T[k]; a coarse head of its own knows no class, and backward needs a square T: both go by T.
   */
  readonly classTransition?: Matrix;
}

/** A probability below counts as this in a backward-corrected loss, which its negative weights would take to -infinity. */
export const BACKWARD_CLIP = 1e-7;

/** No answer's loss may be weighed by more than this in all by backward correction. */
const LARGEST_NORM = 10;

/**
 * R [M, C] of backward correction: row a weighs the losses -log p_j of an answer a. The inverse of T's first C columns, so
 * that T R is the identity: the corrected loss is on average that of the true group; an answer outside the list (column
 * C) weighs nothing, which changes no average. Near-singular T: as Patrini et al. advise, T is mixed with the identity
 * before inversion, a share of 0, 0.05, 0.1, ... until the weights of no answer sum to more than 10 in absolute value.
 */
export function backwardWeights(T: Matrix): Matrix {
  const C = T.rows;
  const square = DenseMatrix.zeros(C, C);
  for (let i = 0; i < C; i++) for (let j = 0; j < C; j++) square.set(i, j, T.data[i * T.columns + j]!);
  for (let twentieths = 0; twentieths <= 20; twentieths++) {
    const share = twentieths / 20;
    const R = invert(DenseMatrix.mul(square, 1 - share).add(DenseMatrix.mul(DenseMatrix.eye(C), share)));
    if (!R || !R.every((weights) => sumOfSizes(weights) <= LARGEST_NORM)) continue;
    const out = matrix(T.columns, C);
    out.data.set(R.flat());
    return out;
  }
  throw new InputError('Unexpected transition matrix: it holds NaN; expected probabilities');
}

const sumOfSizes = (values: readonly number[]): number => sum(values.map(Math.abs));

/** undefined for a matrix that has no inverse. */
function invert(square: DenseMatrix): number[][] | undefined {
  try {
    return inverse(square).to2DArray();
  } catch {
    return undefined;
  }
}

/**
 * T of answers that are weighed, [C, M]: T'[i][j] = weight_j T[i][j] / sum_m weight_m T[i][m]. With it the weighed,
 * corrected loss is on average the clean loss of group i, times sum_m weight_m T[i][m]; with T itself it is biased towards
 * the answers of large weight.
 */
export function weighedTransition(T: Matrix, weights: ArrayLike<number>): Matrix {
  check(weights.length === T.columns, `${weights.length} weights for ${T.columns} answers; expected one each`);
  const weighed = matrix(T.rows, T.columns);
  for (let i = 0; i < T.rows; i++) {
    const products = row(T, i).map((p, j) => p * weights[j]!);
    const total = sum(products);
    row(weighed, i).set(total > 0 ? products.map((p) => p / total) : row(T, i));
  }
  return weighed;
}
