import type { Kernels } from '../../engine/kernels';
import type { Matrix } from '../../engine/matrix';
import type { NetworkShape } from '../network';

/** Likelihoods below this count as this: no answer is held impossible, and no loss is infinite. */
const FLOOR = 1e-12;

/**
 * P(answer m | class j) for the answers m to forward-corrected rows, by T [C, M]: its transpose [M, C], or [M, K] over
 * the fine classes of a tied head.
 */
export function answerLikelihood(transition: Matrix, { fine, coarse, tiedTo }: NetworkShape): Float32Array {
  const classes = tiedTo ? fine : coarse;
  return Float32Array.from({ length: transition.columns * classes }, (_, at) => {
    const [answer, j] = [Math.floor(at / classes), at % classes];
    return Math.max(transition.data[(tiedTo ? tiedTo[j]! : j) * transition.columns + answer]!, FLOOR);
  });
}

/** The same for a coarse label taken as true by a tied head, [C, K]: 1 for the fine classes of that group. */
export function groupLikelihood(tiedTo: Int32Array, coarse: number): Float32Array {
  const fine = tiedTo.length;
  return Float32Array.from({ length: coarse * fine }, (_, at) =>
    tiedTo[at % fine] === Math.floor(at / fine) ? 1 : FLOOR,
  );
}

/** What one row asks of a head: one of its classes, with a weight, and an answer, with another. Weight 0: nothing. */
export interface Target {
  readonly label: number;
  readonly weight: number;
  /** Byte offset of the answer's likelihood given each of the head's classes. */
  readonly answer: number;
  readonly answerWeight: number;
}

/**
 * The loss weight * -log p[label] + answerWeight * -log sum_j p_j P(answer | j) of the head whose logits are
 * `z[first .. first + columns - 1]`; overwrites them with its gradient.
 */
export function lossAndGradient(
  kernels: Kernels,
  z: Float32Array,
  first: number,
  columns: number,
  { label, weight, answer, answerWeight }: Target,
): number {
  const at = z.byteOffset + 4 * first;
  const total = weight + answerWeight;
  if (total === 0) {
    z.fill(0, first, first + columns);
    return 0;
  }
  const most = kernels.largest(at, columns);
  const margin = weight === 0 ? 0 : most - z[first + label]!;
  const sum = kernels.exponentials(at, columns, most);
  let loss = total * Math.log(sum) + weight * margin;
  if (answerWeight === 0) kernels.scale(at, columns, total / sum);
  else {
    const likely = kernels.dot(at, answer, columns);
    loss -= answerWeight * Math.log(likely);
    kernels.reweigh(at, answer, columns, total / sum, answerWeight / likely);
  }
  if (weight !== 0) z[first + label]! -= weight;
  return loss;
}

/** Overwrites the logits at byte offset `z` with their softmax. */
export function softmax(kernels: Kernels, z: number, columns: number): void {
  const sum = kernels.exponentials(z, columns, kernels.largest(z, columns));
  kernels.scale(z, columns, 1 / sum);
}
