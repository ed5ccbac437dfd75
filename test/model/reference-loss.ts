import type { Matrix } from '../../lib/engine/matrix';
import type { Batch, NetworkShape, Parameters } from '../../lib/model/network';

/** Weights in any precision. */
export type Weights = Record<keyof Parameters, ArrayLike<number>>;

/** The loss of `Batch`, word for word, by plain loops in float64. */
export function referenceLoss(shape: NetworkShape, weights: Weights, batch: Batch, transition?: Matrix): number {
  const { hidden: H, fine: K, coarse: C, tiedTo } = shape;
  let total = 0;
  for (let i = 0; i < batch.inputs.rows; i++) {
    const x = batch.inputs.data.subarray(i * shape.features, (i + 1) * shape.features);
    const hidden = affine(x, weights.shared, weights.sharedBias).map(
      (value, j) => Math.max(value, 0) * (batch.mask ? batch.mask.data[i * H + j]! : 1),
    );
    const fine = softmax(affine(hidden, weights.fine, weights.fineBias));
    const coarse = tiedTo ? new Array<number>(C).fill(0) : softmax(affine(hidden, weights.coarse, weights.coarseBias));
    if (tiedTo) for (let k = 0; k < K; k++) coarse[tiedTo[k]!]! += fine[k]!;
    const answers = transition && batch.corrected[i] ? times(coarse, transition) : coarse;
    if (batch.fineWeights[i]) total -= batch.fineWeights[i]! * Math.log(fine[batch.fineLabels[i]!]!);
    if (batch.coarseWeights[i]) total -= batch.coarseWeights[i]! * Math.log(answers[batch.coarseLabels[i]!]!);
  }
  return total;
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
