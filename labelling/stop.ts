import { row } from '../lib/engine/matrix';
import { kappa } from '../lib/noise/transition-matrix';
import type { HeldOut } from '../lib/rounds/held-out';
import type { Assessment } from './assess';
import { largest } from './numbers';

/** By how much the accuracy is expected to rise with more labels, 0..1, and its 95 % interval. */
export interface Gain {
  /** How many more. */
  readonly labels: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Whether to go on, and why. */
export interface Advice {
  readonly stop: boolean;
  readonly words: string;
}

/** Fewer labels tell nothing of the next ones. */
const ENOUGH = 20;
/** Bloodgood and Vijay-Shanker's threshold and window. */
const [STABLE, WINDOW] = [0.99, 3];
/** A rise of less than this is not worth a batch. */
const SMALL = 0.005;

/**
 * The next labels' gain, by the learning curve: accuracy is taken to be linear in the logarithm of the number of labels between
 * half of them and more than all (a short piece of the power law of Figueroa et al. 2012, "Predicting sample size required
 * for classification performance"). Both points are cross-validated on the same images, so the interval is that of
 * paired differences (Agresti and Min 2005); it knows of chance alone, not of the curve's true shape.
 * @param many by models of 4/5 of the labels. @param few by models of half of them.
 */
export function expectedGain(many: HeldOut, few: HeldOut, next: number): Gain | undefined {
  const n = many.labels.length;
  if (n < ENOUGH) return undefined;
  const right = ({ fine }: HeldOut, i: number): number => (largest(row(fine, i)) === many.labels[i] ? 1 : 0);
  const differences = Array.from({ length: n }, (_, i) => right(many, i) - right(few, i));
  const [better, worse] = [1, -1].map((sign) => differences.filter((d) => d === sign).length) as [number, number];
  // half an image more in each of the four cells: all alike so far is no certainty
  const centre = (better - worse) / (n + 2);
  const half = (1.96 * Math.sqrt(better + worse + 1 - (better - worse) ** 2 / (n + 2))) / (n + 2);
  const factor = Math.log((n + next) / n) / Math.log(0.8 / 0.5);
  const clip = (x: number): number => Math.max(-1, Math.min(1, factor * x));
  return { labels: next, share: clip((better - worse) / n), low: clip(centre - half), high: clip(centre + half) };
}

/**
 * Agreement (Cohen's kappa) of each model's predictions of the same images with the next model's, latest last, the mean of the
 * latest three: predictions that no longer change say that further labels teach little (Bloodgood and Vijay-Shanker, "A method
 * for stopping active learning based on stabilizing predictions", CoNLL 2009: stop at 0.99).
 */
export function stability(predictions: readonly (readonly number[])[], classes: number): number | undefined {
  const last = predictions.slice(-WINDOW - 1);
  if (last.length <= WINDOW) return undefined;
  const kappas = last.slice(1).map((now, i) => {
    const before = last[i]!;
    return kappa({ groups: Int32Array.from(before), answers: Int32Array.from(now) }, classes);
  });
  return kappas.reduce((sum, value) => sum + value / WINDOW, 0);
}

/** What to do next; undefined before there is anything to say. */
export function adviceOf(assessment: Assessment | undefined): Advice | undefined {
  const { gain, stability: stable } = assessment ?? {};
  if (stable !== undefined && stable >= STABLE)
    return {
      stop: true,
      words: `stop: the predictions no longer change (agreement ${stable.toFixed(3)} over the last ${WINDOW} batches)`,
    };
  if (!gain) return undefined;
  const points = (share: number): string => (100 * share).toFixed(1);
  const words = `the next ${gain.labels} labels gain about ${points(gain.share)} points (${points(gain.low)} to ${points(gain.high)})`;
  return gain.high < SMALL ? { stop: true, words: `stop: ${words}` } : { stop: false, words: `go on: ${words}` };
}
