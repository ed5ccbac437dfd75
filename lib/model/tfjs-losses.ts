import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensors } from '../engine/tensors';
import { BACKWARD_CLIP, type Correction } from '../noise/corrections';
import type { Batch } from './network';

/** Probabilities below count as this. */
export const FLOOR = 1e-12;

/** T as tensors. */
export interface TensorCorrection {
  readonly kind: Correction;
  /** The answers' probabilities are by fine class, `answers` is [K, M]; else by group, [C, M]. */
  readonly byClass: boolean;
  readonly answers: Tensor2D;
  /** [M, C]; of use to backward correction alone */ readonly backward: Tensor2D;
}

/** What the model says of the batch's rows: fine probabilities [n, K] (a tied head's), coarse ones [n, C] and their logs. */
interface Predicted {
  readonly fine: Tensor2D | undefined;
  readonly coarse: Tensor2D;
  readonly logCoarse: Tensor2D;
}

/** The loss of the batch's corrected rows, as lib/noise/corrections.ts says. */
export function correctedLoss(
  tf: Tensors,
  { coarseLabels: labels, coarseWeights, corrected }: Batch,
  { kind, byClass, answers, backward }: TensorCorrection,
  { fine, coarse, logCoarse }: Predicted,
): Tensor {
  const weights = coarseWeights.map((w, i) => (corrected[i] ? w : 0));
  if (kind === 'backward') {
    const targets = tf.gather(backward, tf.tensor1d(labelled(labels, weights), 'int32'));
    const losses = tf.log(tf.maximum(coarse, BACKWARD_CLIP)).neg();
    return targets.mul(losses).sum(1).mul(tf.tensor1d(weights)).sum();
  }
  const answered: Tensor2D = tf.maximum((byClass ? fine! : coarse).matMul<Tensor2D>(answers), FLOOR);
  if (kind === 'forward') return weightedLoss(tf, tf.log(answered), labels, weights);
  const [C, M] = [coarse.shape[1], answered.shape[1]];
  const [right, expected] = [coarse.dataSync(), answered.dataSync()]; // numbers, so that no gradient flows through them
  const importance = weights.map((w, i) => {
    const label = labels[i]!;
    return w && label < C ? (w * right[i * C + label]!) / expected[i * M + label]! : 0;
  });
  return weightedLoss(tf, logCoarse, labels, importance);
}

/** sum_i weights_i * -logProbabilities[i][labels_i]; rows of weight 0 may have any label. */
export function weightedLoss(
  tf: Tensors,
  logProbabilities: Tensor2D,
  labels: Int32Array,
  weights: Float32Array,
): Tensor {
  const selector = indicators(tf, labelled(labels, weights), logProbabilities.shape[1]);
  return selector.mul(logProbabilities).sum(1).mul(tf.tensor1d(weights)).sum().neg();
}

/** [labels, classes], 1 at each label's class; unlike `tf.oneHot`, also of a single class. */
export function indicators(tf: Tensors, labels: Int32Array, classes: number): Tensor2D {
  const data = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => (data[i * classes + label] = 1));
  return tf.tensor2d(data, [labels.length, classes]);
}

/** The labels, 0 where the weight is 0 and there may be any. */
const labelled = (labels: Int32Array, weights: Float32Array): Int32Array =>
  labels.map((label, i) => (weights[i] ? label : 0));
