import { buyCounts, uniformDraws } from './buy-largest';
import { defineStrategy, fullAndWeak } from './define';
import { splitPurse, weakLabelsOption } from './ratio';
import type { Counts, Improvement, Purse } from './strategy';

/**
 * The share of weak against full labels is estimated anew each round, the images are drawn uniformly.
 * Gamazo Tejero et al., "Full or Weak annotations? An adaptive strategy for budget-constrained annotation campaigns",
 * CVPR 2023. Theirs: a model trained on parts of the labels bought so far shows what either kind brings; its score is
 * taken to grow with the logarithm of both counts; the next part of the budget is split where that promises most.
 * Ours: classes instead of segmentations; the parts are those of ISOAL's expected improvement instead of random
 * combinations; and the logarithms alone are fitted, without their Gaussian process on top, so that the best split has
 * a closed form and nothing is bought for the sake of exploring.
 */
export const adaptiveRatio = defineStrategy({
  name: 'adaptive-ratio',
  description:
    'the share of the money for weak labels re-estimated each round from the gain per cost, images at random',
  source: 'adapted from Gamazo Tejero et al., CVPR 2023',
  buys: fullAndWeak,
  options: { weakLabels: weakLabelsOption },
  create: ({ weakLabels }) => ({
    weakLabels,
    async query(context) {
      const { pool, purse } = context;
      if (!pool.notFull().length) return buyCounts(context, { full: 0, weak: 0 }, uniformDraws(context));
      const improvement = await context.improvement();
      const full = pool.full().length;
      const owned = { full, weak: pool.size - full - pool.unlabelled().length };
      const counts = splitPurse(purse, pool, weakShare(improvement, owned, purse));
      return { ...buyCounts(context, counts, uniformDraws(context)), improvement };
    },
  }),
});

/**
 * The share of the purse for weak labels after which the gain per cost of both levels is equal, if the score grows as
 * a_f ln(1 + n_f) + a_w ln(1 + n_w). One more label then brings a / (1 + n), which is what `improvement` measured at the
 * labels `owned`; so the money in each level, old and new, should be as its a = improvement * (1 + owned).
 */
export function weakShare(improvement: Improvement, owned: Counts, purse: Purse): number {
  const slope = (level: 'full' | 'weak'): number => improvement[level] * (1 + owned[level]);
  const worth = (level: 'full' | 'weak'): number => (1 + owned[level]) * purse.price(level);
  const money = worth('full') + worth('weak') + purse.left;
  const weak = (money * slope('weak')) / (slope('full') + slope('weak')) - worth('weak');
  return Math.min(1, Math.max(0, weak / Math.max(1, purse.left)));
}
