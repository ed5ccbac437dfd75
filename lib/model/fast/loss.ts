import type { Kernels } from '../../engine/kernels';
import type { Matrix } from '../../engine/matrix';
import type { Batch, NetworkShape } from '../network';
import type { Buffers } from './buffers';

/** The columns of the logits that are computed: one head's or both's. */
export interface Heads {
  readonly first: number;
  readonly count: number;
}

/**
 * The loss of {@link Batch} by the logits in the buffers, one row a batch row, `heads.count` long; overwrites them with
 * its gradient. `transition`: whether there is a T for the corrected rows.
 */
export function lossAndGradient(
  { arena, answers, groups, logits: z }: Buffers,
  { fine: K, coarse: C, tiedTo }: NetworkShape,
  batch: Batch,
  { first, count }: Heads,
  transition: boolean,
): number {
  let loss = 0;
  for (let i = 0; i < batch.inputs.rows; i++) {
    const row = i * count - first;
    const coarseLabel = batch.coarseLabels[i]!;
    const coarseWeight = batch.coarseWeights[i]!;
    const corrected = transition && batch.corrected[i] !== 0;
    const likelihood = corrected ? answers : groups;
    const answer = likelihood.byteOffset + 4 * coarseLabel * (tiedTo ? K : C);
    if (first === 0) {
      const [label, weight] = [batch.fineLabels[i]!, batch.fineWeights[i]!];
      const target: Target = { label, weight, answer, answerWeight: tiedTo ? coarseWeight : 0 };
      loss += rowLoss(arena.kernels, z, row, K, target);
    }
    if (first + count > K) {
      const [weight, answerWeight] = corrected ? [0, coarseWeight] : [coarseWeight, 0];
      const target: Target = { label: coarseLabel, weight, answer, answerWeight };
      loss += rowLoss(arena.kernels, z, row + K, C, target);
    }
  }
  return loss;
}

/** What one row asks of a head: one of its classes, with a weight, and an answer, with another. Weight 0: nothing. */
interface Target {
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
function rowLoss(
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

/** Softmax of each row of `z`, from column `first` on, into the rows of `out` from `top` on; overwrites `z`. */
export function softmaxRows(kernels: Kernels, z: Matrix, first: number, out: Matrix, top: number): void {
  for (let i = 0; i < z.rows; i++) {
    const from = i * z.columns + first;
    const part = z.data.subarray(from, from + out.columns);
    const sum = kernels.exponentials(part.byteOffset, part.length, kernels.largest(part.byteOffset, part.length));
    kernels.scale(part.byteOffset, part.length, 1 / sum);
    out.data.set(part, (top + i) * out.columns);
  }
}
