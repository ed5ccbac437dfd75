import type { Variant } from '../../../lib/study/variants';

const method = { strategy: 'weak-annotator' };

/** What an ablation asks about. */
export type AblationTopic = 'choice' | 'noise' | 'price' | 'accuracy' | 'network';

/** How often the simulated annotators are right, from chance among so many groups to always; and those of the guard. */
export const accuracies = (groups: number): number[] => [1 / groups, 0.3, 0.6, 0.9, 1];
export const guardedAccuracies = (groups: number): number[] => [1 / groups, 0.6];

/** Prices of a weak label beyond those of the main study. */
export const dearPrices = [0.2, 0.5, 1];

/**
 * The method with one thing changed, by the question that it answers. What the main study holds (the method itself, other
 * strategies, prices up to 0.1) is read from there. `groups`: of the data, which say what chance is.
 */
export const ablations = (groups: number): Record<AblationTopic, readonly Variant[]> => ({
  choice: [{ name: 'fixed-ratio(weakShare=0.5)', strategy: 'fixed-ratio(weakShare=0.5)' }],
  noise: [
    { ...method, name: 'no correction', noise: { model: 'none' } },
    { ...method, name: 'oracle T', noise: { model: 'oracle' } },
    { ...method, name: 'T per class', noise: { model: 'per-class' } },
    { ...method, name: 'with the guard', noise: { guard: true } },
  ],
  price: dearPrices.map((price) => ({ ...method, name: `price ${price}`, prices: { weak: price } })),
  accuracy: [
    ...accuracies(groups).map((accuracy) => ({
      ...method,
      name: `${accuracy}`,
      annotator: { accuracy },
      noise: { guard: false },
    })),
    ...guardedAccuracies(groups).map((accuracy) => ({
      ...method,
      name: `${accuracy} guarded`,
      annotator: { accuracy },
      noise: { guard: true },
    })),
  ],
  network: [
    { ...method, name: 'joint', training: { schedule: 'joint' } },
    { ...method, name: 'joint, tied head', training: { schedule: 'joint', tied: true } },
    { ...method, name: 'no whitening', training: { whitening: false } },
  ],
});

/** The name of the variant whose annotator names any group. */
export const AT_CHANCE = 'annotator at chance';

/** Those that are recorded on real images too: one part changed, and an annotator at chance in place of the VLM. */
export function realAblations(groups: number): readonly Variant[] {
  const { choice, noise, network, accuracy } = ablations(groups);
  return [...choice, ...noise, ...network, { ...accuracy[0]!, name: AT_CHANCE }];
}
