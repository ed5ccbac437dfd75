import { row, type Matrix } from '../../engine/matrix';
import { BACKWARD_CLIP, backwardWeights, type Correction, type CorrectionOptions } from '../../noise/corrections';
import type { NetworkShape } from '../network';

/** How corrected rows are, made ready once for all batches. */
export interface RowCorrection {
  readonly kind: Correction;
  readonly transition: Matrix;
  readonly classTransition: Matrix | undefined;
  /** R [M, C]; only for backward correction */ readonly backward: Matrix | undefined;
  /** The coarse class of each unit of the head that corrected labels train */ readonly groupOf: Int32Array;
}

/** Copies what it is given. */
export function rowCorrection(
  transition: Matrix,
  { correction = 'forward', classTransition }: CorrectionOptions,
  { coarse, tiedTo }: NetworkShape,
): RowCorrection {
  return {
    kind: correction,
    transition: { ...transition, data: transition.data.slice() },
    classTransition: classTransition && { ...classTransition, data: classTransition.data.slice() },
    backward: correction === 'backward' ? backwardWeights(transition) : undefined,
    groupOf: tiedTo ?? Int32Array.from({ length: coarse }, (_, j) => j),
  };
}

/** A head's logits of one row: `z[first .. first + groupOf.length - 1]`. */
interface RowLogits {
  readonly z: Float32Array;
  readonly first: number;
}

/** P(true group = answer | x) / P(answer | x), `likelihood[unit]` being P(answer | unit) > 0; 0 for outside answers. */
export function importanceWeight(
  { z, first }: RowLogits,
  { groupOf }: RowCorrection,
  answer: number,
  likelihood: Float32Array,
): number {
  const { p } = softmax(z.subarray(first, first + groupOf.length));
  let [right, answered] = [0, 0];
  groupOf.forEach((group, unit) => {
    if (group === answer) right += p[unit]!;
    answered += p[unit]! * likelihood[unit]!;
  });
  return right / answered;
}

/**
 * The backward-corrected loss of an answer, answerWeight * sum_j R[answer][j] * -log p_group(j), plus, in a tied head,
 * weight * -log p[label] of the row's fine label; overwrites the logits with its gradient.
 */
export function backwardRow(
  { z, first }: RowLogits,
  { groupOf, backward }: RowCorrection,
  { label, weight, answer, answerWeight }: { label: number; weight: number; answer: number; answerWeight: number },
): number {
  const logits = z.subarray(first, first + groupOf.length);
  const { p, logSum } = softmax(logits);
  const targets = row(backward!, answer);
  const inGroup = new Float64Array(targets.length);
  groupOf.forEach((group, unit) => (inGroup[group]! += p[unit]!));
  let loss = weight === 0 ? 0 : weight * (logSum - logits[label]!);
  let total = weight;
  const pull = targets.map((target, j) => {
    loss -= answerWeight * target * Math.log(Math.max(inGroup[j]!, BACKWARD_CLIP));
    if (inGroup[j]! < BACKWARD_CLIP) return 0;
    total += answerWeight * target;
    return (answerWeight * target) / inGroup[j]!;
  });
  groupOf.forEach((group, unit) => (logits[unit] = (total - pull[group]!) * p[unit]!));
  if (weight !== 0) logits[label]! -= weight;
  return loss;
}

/** The probabilities, in float64, and the logarithm of what they are normalised by. */
function softmax(logits: Float32Array): { p: Float64Array; logSum: number } {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const p = Float64Array.from(logits, (value) => Math.exp(value - most));
  const sum = p.reduce((total, value) => total + value, 0);
  return { p: p.map((value) => value / sum), logSum: most + Math.log(sum) };
}
