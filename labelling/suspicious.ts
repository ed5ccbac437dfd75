import { row } from '../lib/engine/matrix';
import type { HeldOut } from '../lib/rounds/held-out';
import { largest } from './numbers';

/** Models that have seen fewer labels of a class without the one in question know too little of it. */
const ENOUGH = 3;

/** A label that is probably wrong. */
export interface Suspicion {
  /** Number in the data set's pool. */
  readonly image: number;
  /** Classes: the label, and what the model holds likelier; both with their cross-validated probabilities. */
  readonly label: number;
  readonly suggested: number;
  readonly labelProbability: number;
  readonly suggestedProbability: number;
}

/**
 * Confident learning (Northcutt, Jiang and Chuang 2021, "Confident learning: estimating uncertainty in dataset labels", JAIR
 * 70): of the classes whose probability is at least what it is on average for images of that label, the likeliest is
 * taken for true; a label that differs is suspicious, if its class has at least three. Worst first, by the margin between label and suggestion.
 * @param heldOut probabilities by models that have not seen the labels.
 */
export function suspicions({ images, labels, fine }: HeldOut): Suspicion[] {
  const K = fine.columns;
  const [sums, counts] = [new Float64Array(K), new Int32Array(K)];
  labels.forEach((label, i) => {
    sums[label]! += row(fine, i)[label]!;
    counts[label]!++;
  });
  const found: Suspicion[] = [];
  labels.forEach((label, i) => {
    const p = row(fine, i);
    const confident = p.map((value, k) => (value >= sums[k]! / counts[k]! ? value : 0)); // no label: 0 / 0
    const suggested = largest(confident);
    if (!confident[suggested] || suggested === label || counts[label]! < ENOUGH) return;
    found.push({
      image: images[i]!,
      label,
      suggested,
      labelProbability: p[label]!,
      suggestedProbability: p[suggested]!,
    });
  });
  const margin = ({ labelProbability, suggestedProbability }: Suspicion): number =>
    labelProbability - suggestedProbability;
  return found.sort((a, b) => margin(a) - margin(b));
}
