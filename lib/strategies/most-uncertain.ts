import { buyFull, spread, type Strategy } from './strategy';
import { largest, uncertainties, type UncertaintyName } from './uncertainty';

/** Full labels of the images that the fine head is least sure of; ties are broken at random. */
const mostUncertain = (name: UncertaintyName): Strategy => ({
  name,
  async query({ pool, purse, random, predict }) {
    const candidates = pool.notFull();
    const utilities = uncertainties[name]((await predict(candidates)).fine);
    const picks = largest(utilities, purse.affords('full'), random.permutation(candidates.length));
    return {
      purchases: buyFull(picks.map((i) => candidates[i]!)),
      utilities: { full: spread(pool.size, candidates, utilities) },
    };
  },
});

/** Smallest difference between the two largest probabilities (Scheffer et al. 2001). */
export const margin = (): Strategy => mostUncertain('margin');

/** Largest entropy of the fine prediction (Settles 2009, section 3.1). */
export const entropy = (): Strategy => mostUncertain('entropy');

/** Smallest probability of the predicted class (Lewis and Gale 1994). */
export const leastConfidence = (): Strategy => mostUncertain('least-confidence');
