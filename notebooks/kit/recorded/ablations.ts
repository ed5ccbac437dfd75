import type { Variant } from '../../../lib/study/variants';

const method = { strategy: 'weak-annotator' };
const accuracy = (share: number, guard: boolean): Variant => ({
  ...method,
  name: `${share}${guard ? ' guarded' : ''}`,
  annotator: { accuracy: share },
  noise: { guard },
});

/** How often the simulated annotators of the ablation are right: from chance among typefaces' 16 groups to always. */
export const accuracies = [1 / 16, 0.3, 0.6, 0.9, 1];
export const guardedAccuracies = [1 / 16, 0.6];

/** Prices of a weak label beyond those of the main study. */
export const dearPrices = [0.2, 0.5, 1];

/**
 * The method with one thing changed, by the question that it answers. What the main study holds (the method itself, other
 * strategies, prices up to 0.1) is read from there.
 */
export const ablations: Readonly<Record<'choice' | 'noise' | 'price' | 'accuracy' | 'network', readonly Variant[]>> = {
  choice: [{ name: 'fixed-ratio(weakShare=0.5)', strategy: 'fixed-ratio(weakShare=0.5)' }],
  noise: [
    { ...method, name: 'no correction', noise: { model: 'none' } },
    { ...method, name: 'oracle T', noise: { model: 'oracle' } },
    { ...method, name: 'T per class', noise: { model: 'per-class' } },
    { ...method, name: 'with the guard', noise: { guard: true } },
  ],
  price: dearPrices.map((price) => ({ ...method, name: `price ${price}`, prices: { weak: price } })),
  accuracy: [
    ...accuracies.map((share) => accuracy(share, false)),
    ...guardedAccuracies.map((share) => accuracy(share, true)),
  ],
  network: [
    { ...method, name: 'joint', training: { schedule: 'joint' } },
    { ...method, name: 'joint, tied head', training: { schedule: 'joint', tied: true } },
    { ...method, name: 'no whitening', training: { whitening: false } },
  ],
};
