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
   * Of the model on images that it had not seen: cross-validated on the labelled ones, Wilson's interval of 95 %. Images that
   * a strategy chose are harder than others, so it is rather too low.
   */
  readonly accuracy: Interval;
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
