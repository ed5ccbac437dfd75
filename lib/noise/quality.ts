import { kappa, type TrustedAnswers } from './answers';
import { wilson, type Interval } from './wilson';

/** How good an annotator is, as the images tell that a human labelled as well; intervals are of 95 %. */
export interface AnnotatorQuality {
  /** Images with both labels. */
  readonly images: number;
  /** Share of right answers, 0..1; its interval is Wilson's. */
  readonly accuracy: Interval;
  /** Cohen's kappa: agreement beyond chance, 1 = always right, 0 = chance. */
  readonly kappa: Agreement;
  /** Twenty images or more, and nothing that speaks against chance: the interval of kappa reaches down to 0. */
  readonly atChance: boolean;
}

export interface Agreement {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** With fewer trusted images an annotator is never called no better than chance. */
const ENOUGH = 20;
const Z = 1.96;

/**
 * Accuracy and kappa of an annotator on the trusted set, with intervals: Wilson's (1927) for the accuracy; for kappa the
 * large-sample one, standard error sqrt(p (1 - p) / n) / (1 - chance) (Cohen 1960). Answers below 0 are wrong ones.
 */
export function annotatorQuality(trusted: TrustedAnswers, coarse: number): AnnotatorQuality {
  const n = trusted.groups.length;
  const right = trusted.groups.reduce((sum, group, i) => sum + (trusted.answers[i] === group ? 1 : 0), 0);
  const value = kappa(trusted, coarse);
  const share = n ? right / n : 0;
  const chance = value < 1 ? (share - value) / (1 - value) : 0;
  // Wilson's centre keeps the standard error above 0 where all or none are right
  const centre = (right + (Z * Z) / 2) / (n + Z * Z);
  const half = chance < 1 && n ? (Z * Math.sqrt((centre * (1 - centre)) / n)) / (1 - chance) : 1;
  const kappaOf = { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
  return { images: n, accuracy: wilson(right, n), kappa: kappaOf, atChance: n >= ENOUGH && kappaOf.low <= 0 };
}

/** The quality in a sentence, for logs and captions. */
export function qualityInWords({ images, accuracy, kappa: agreement }: AnnotatorQuality): string {
  const percent = (x: number): string => (100 * x).toFixed(0);
  const { value, low, high } = agreement;
  return (
    `right on ${percent(accuracy.share)} % of ${images} trusted images (${percent(accuracy.low)} to ` +
    `${percent(accuracy.high)} %), kappa ${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
  );
}
