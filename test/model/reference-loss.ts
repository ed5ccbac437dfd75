import type { Matrix } from '../../lib/engine/matrix';
import type { CorrectionOptions } from '../../lib/noise/corrections';
import type { Batch, NetworkShape, Parameters } from '../../lib/model/network';

/** Weights in any precision. */
export type Weights = Record<keyof Parameters, ArrayLike<number>>;

export interface ReferenceCorrection extends CorrectionOptions {
  readonly transition?: Matrix | undefined;
}

/** The loss of `Batch`, word for word, by plain loops in float64. `importance`: the rows' weights, held fixed. */
export function referenceLoss(
  shape: NetworkShape,
  weights: Weights,
  batch: Batch,
  { transition, classTransition, correction = 'forward' }: ReferenceCorrection = {},
  importance = new Array<number>(),
): number {
  let total = 0;
  for (let i = 0; i < batch.inputs.rows; i++) {
    const { fine, coarse } = probabilities(shape, weights, batch, i);
    const [label, weight] = [batch.coarseLabels[i]!, batch.coarseWeights[i]!];
    if (batch.fineWeights[i]) total -= batch.fineWeights[i]! * Math.log(fine[batch.fineLabels[i]!]!);
    if (!weight) continue;
    if (!transition || !batch.corrected[i]) total -= weight * Math.log(coarse[label]!);
    else if (correction === 'forward')
      total -= weight * Math.log(answersOf(shape, fine, coarse, transition, classTransition)[label]!);
    else if (correction === 'importance')
      total -= importance[i] ? weight * importance[i]! * Math.log(coarse[label]!) : 0;
    else coarse.forEach((p, j) => (total -= weight * inverse3(transition)[label]![j]! * Math.log(p)));
  }
  return total;
}

/** P(true group = answer | x) / P(answer | x) of every row; 0 for an answer outside the list. */
export function importanceWeights(
  shape: NetworkShape,
  weights: Weights,
  batch: Batch,
  { transition, classTransition }: ReferenceCorrection,
): number[] {
  return Array.from(batch.coarseLabels, (label, i) => {
    const { fine, coarse } = probabilities(shape, weights, batch, i);
    return label < coarse.length
      ? coarse[label]! / answersOf(shape, fine, coarse, transition!, classTransition)[label]!
      : 0;
  });
}

function answersOf({ tiedTo }: NetworkShape, fine: number[], coarse: number[], T: Matrix, classT?: Matrix): number[] {
  return tiedTo && classT ? times(fine, classT) : times(coarse, T);
}

function probabilities(
  { features, hidden: H, fine: K, coarse: C, tiedTo }: NetworkShape,
  weights: Weights,
  batch: Batch,
  i: number,
) {
  const x = batch.inputs.data.subarray(i * features, (i + 1) * features);
  const hidden = affine(x, weights.shared, weights.sharedBias).map(
    (value, j) => Math.max(value, 0) * (batch.mask ? batch.mask.data[i * H + j]! : 1),
  );
  const fine = softmax(affine(hidden, weights.fine, weights.fineBias));
  const coarse = tiedTo ? new Array<number>(C).fill(0) : softmax(affine(hidden, weights.coarse, weights.coarseBias));
  if (tiedTo) for (let k = 0; k < K; k++) coarse[tiedTo[k]!]! += fine[k]!;
  return { fine, coarse };
}

/** Backward weights of three groups by Cramer's rule: the inverse of T's first three columns, and zeros below. */
function inverse3({ data, columns }: Matrix): number[][] {
  const t = (i: number, j: number): number => data[(i % 3) * columns + (j % 3)]!;
  const minor = (i: number, j: number): number => t(i + 1, j + 1) * t(i + 2, j + 2) - t(i + 1, j + 2) * t(i + 2, j + 1);
  const determinant = [0, 1, 2].reduce((sum, j) => sum + t(0, j) * minor(0, j), 0);
  return [...[0, 1, 2].map((i) => [0, 1, 2].map((j) => minor(j, i) / determinant)), [0, 0, 0]];
}

const affine = (x: ArrayLike<number>, w: ArrayLike<number>, bias: ArrayLike<number>): number[] =>
  Array.from(bias, (b, j) => {
    let sum = b;
    for (let i = 0; i < x.length; i++) sum += x[i]! * w[i * bias.length + j]!;
    return sum;
  });

const times = (p: number[], t: Matrix): number[] =>
  Array.from({ length: t.columns }, (_, j) => p.reduce((sum, value, i) => sum + value * t.data[i * t.columns + j]!, 0));

function softmax(z: number[]): number[] {
  const largest = Math.max(...z);
  const e = z.map((value) => Math.exp(value - largest));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / sum);
}
