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
  { arena, answers, groups, logits: z, targets }: Buffers,
  { fine: K, coarse: C, tiedTo }: NetworkShape,
  batch: Batch,
  { first, count }: Heads,
  correction: RowCorrection | undefined,
): number {
  const { labels, weights, likelihoods, answerWeights } = targets;
  const n = batch.inputs.rows;
  let loss = 0;

  /** What the coarse label of row i asks of the head from column `from` on, besides what is asked already. */
  const addCoarse = (i: number, from: number, units: number): void => {
    const label = batch.coarseLabels[i]!;
    let weight = batch.coarseWeights[i]!;
    if (weight === 0) return;
    const corrected = batch.corrected[i] !== 0 ? correction : undefined;
    const row = { z, first: i * count + from };
    if (corrected?.kind === 'backward') {
      const fine = { label: labels[i]!, weight: weights[i]! };
      loss += backwardRow(row, corrected, { ...fine, answer: label, answerWeight: weight });
      labels[i] = -1;
      return;
    }
    if (corrected?.kind === 'importance') {
      const likelihood = answers.subarray(label * units, (label + 1) * units);
      weight *= importanceWeight(row, corrected, label, likelihood);
    }
    const forward = corrected?.kind === 'forward';
    if (forward || tiedTo) {
      likelihoods[i] = (forward ? answers : groups).byteOffset + 4 * label * units;
      answerWeights[i] = weight;
    } else {
      labels[i] = label;
      weights[i] = weight;
    }
  };
  /** The head whose `units` logits begin at column `from`, once its fine labels are in place. */
  const head = (from: number, units: number, coarse: boolean): void => {
    answerWeights.fill(0);
    if (coarse) for (let i = 0; i < n; i++) addCoarse(i, from, units);
    const at = [labels, weights, likelihoods, answerWeights].map(({ byteOffset }) => byteOffset);
    loss += arena.kernels.crossEntropy(z.byteOffset + 4 * from, count, n, units, at[0]!, at[1]!, at[2]!, at[3]!);
  };

  if (first === 0) {
    for (let i = 0; i < n; i++) {
      weights[i] = batch.fineWeights[i]!;
      labels[i] = weights[i] === 0 ? 0 : batch.fineLabels[i]!;
    }
    head(0, K, tiedTo !== undefined);
  }
  if (first + count > K) {
    labels.fill(0);
    weights.fill(0);
    head(K - first, C, true);
  }
  return loss;
}

/** Softmax of each row of `z`, from column `first` on, into the rows of `out` from `top` on; overwrites `z`. */
export function softmaxRows(kernels: Kernels, z: Matrix, first: number, out: Matrix, top: number): void {
  kernels.softmax(z.data.byteOffset + 4 * first, z.columns, z.rows, out.columns);
  for (let i = 0; i < z.rows; i++) {
    const from = i * z.columns + first;
    out.data.set(z.data.subarray(from, from + out.columns), (top + i) * out.columns);
  }
}
