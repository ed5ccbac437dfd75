import { buyCounts, uniformDraws } from './buy-largest';
import { defineStrategy, fullAndWeak } from './define';
import { share } from '../choices/options';
import { splitPurse, weakLabelsOption } from './ratio';

/**
 * Weak and full labels in a fixed share of the money, each of images drawn uniformly: what any choice of the share, or
 * of the images, must beat. The fixed strategies of Gamazo Tejero et al., CVPR 2023, section 4, on our two levels.
 */
export const fixedRatio = defineStrategy({
  name: 'fixed-ratio',
  description: 'a fixed share of the money for weak labels, the rest for full ones, images at random',
  source: 'baseline of Gamazo Tejero et al., CVPR 2023',
  buys: fullAndWeak,
  options: {
    weakShare: share(0.1, 'share of the money of a round that goes to weak labels'),
    weakLabels: weakLabelsOption,
  },
  create: ({ weakShare, weakLabels }) => ({
    weakLabels,
    query: async (context) =>
      buyCounts(context, splitPurse(context.purse, context.pool, weakShare), uniformDraws(context)),
  }),
});
