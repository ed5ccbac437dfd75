import type { Kernels } from '../../engine/kernels';
import type { Matrix } from '../../engine/matrix';
import type { Batch, NetworkShape } from '../network';
import type { Buffers } from './buffers';
import { backwardRow, importanceWeight, type RowCorrection } from './corrected-rows';

/** The columns of the logits that are computed: one head's or both's. */
export interface Heads {
  readonly first: number;
  readonly count: number;
}

/**
 * The loss of {@link Batch} by the logits in the buffers, one row a batch row, `heads.count` long; overwrites them with
 * its gradient. `correction`: of the corrected rows; without, their labels are taken as true.
 */
export function lossAndGradient(
  { arena, answers, groups, logits: z }: Buffers,
  { fine: K, coarse: C, tiedTo }: NetworkShape,
  batch: Batch,
  { first, count }: Heads,
  correction: RowCorrection | undefined,
): number {
  const units = tiedTo ? K : C;
  let loss = 0;
  for (let i = 0; i < batch.inputs.rows; i++) {
    const row = i * count - first;
    const fine = { label: batch.fineLabels[i]!, weight: batch.fineWeights[i]! };
    const coarseLabel = batch.coarseLabels[i]!;
    let coarseWeight = batch.coarseWeights[i]!;
    const corrected = coarseWeight !== 0 && batch.corrected[i] !== 0 ? correction : undefined;
    const coarseAt = { z, first: tiedTo ? row : row + K };
    const forward = corrected?.kind === 'forward';
    const backward = corrected?.kind === 'backward';
    if (corrected?.kind === 'importance') {
      const likelihood = answers.subarray(coarseLabel * units, (coarseLabel + 1) * units);
      coarseWeight *= importanceWeight(coarseAt, corrected, coarseLabel, likelihood);
    }
    const answer = (forward ? answers : groups).byteOffset + 4 * coarseLabel * units;
    if (backward) {
      const none = { label: 0, weight: 0 };
      loss += backwardRow(coarseAt, corrected, {
        ...(tiedTo ? fine : none),
        answer: coarseLabel,
        answerWeight: coarseWeight,
      });
    }
    if (first === 0 && !(backward && tiedTo))
      loss += rowLoss(arena.kernels, z, row, K, { ...fine, answer, answerWeight: tiedTo ? coarseWeight : 0 });
    if (first + count > K && !backward) {
      const [weight, answerWeight] = forward ? [0, coarseWeight] : [coarseWeight, 0];
      loss += rowLoss(arena.kernels, z, row + K, C, { label: coarseLabel, weight, answer, answerWeight });
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
