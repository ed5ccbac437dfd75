import { row } from '../lib/engine/matrix';
import type { AnnotatorQuality } from '../lib/noise/quality';
import { wilson, type Interval } from '../lib/noise/wilson';
import type { HeldOut } from '../lib/rounds/held-out';
import { largest } from './numbers';
import type { Gain } from './stop';

/** What the labels so far tell. */
export interface Assessment {
  /** Labels that the model was fitted to. */
  readonly labels: number;
  /**
   * Of the model on images that it had not seen: cross-validated on the labelled ones, Wilson's interval of 95 %. It is too low
   * for the rest: images that a strategy chose are harder, and a class with one label is not known when that is left out.
   */
  readonly accuracy: Interval;
  /** Labels that are the only ones of their class. */
  readonly alone: number;
  /** The mean of the model's largest probability over images without a label: right as far as these probabilities are. */
  readonly expected: number;
  /** How good the annotator is, where there is one. */
  readonly quality?: AnnotatorQuality;
  /** What the next batch is expected to bring. */
  readonly gain?: Gain;
  /** How much the last models' predictions agree: see {@link stability}. */
  readonly stability?: number;
}

/** Accuracy by cross-validation. */
export function accuracyOf({ labels, fine }: HeldOut): Interval {
  let right = 0;
  labels.forEach((label, i) => (right += largest(row(fine, i)) === label ? 1 : 0));
  return wilson(right, labels.length);
}

/** How many labels are the only ones of their class. */
export function aloneIn(labels: Int32Array): number {
  const counts = new Map<number, number>();
  labels.forEach((label) => counts.set(label, (counts.get(label) ?? 0) + 1));
  return [...counts.values()].filter((count) => count === 1).length;
}
