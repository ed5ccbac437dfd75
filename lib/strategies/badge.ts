import { defineStrategy, fullOnly } from './define';
import { kMeansPlusPlus } from './sampling/k-means-plus-plus';
import { gradientEmbeddings } from './sampling/points';
import { buyFull, spread } from './strategy';

/**
 * BADGE: k-means++ over the gradients that the last layer would get if the model were right about each image; utility is
 * that gradient's norm. Ash et al., ICLR 2020, algorithm 1; distances in factored form, O(K + H) a pair.
 */
export const badge = defineStrategy({
  name: 'badge',
  description: 'k-means++ over the gradients of the last layer',
  source: 'Ash et al., ICLR 2020, algorithm 1',
  buys: fullOnly,
  options: {},
  create: () => ({
    async query({ pool, purse, random, predict, engine }) {
      const candidates = pool.notFull();
      const { fine, hidden } = await predict(candidates);
      const gradients = gradientEmbeddings(fine, hidden);
      const picks = await kMeansPlusPlus(gradients, purse.affords('full'), random, engine);
      return {
        purchases: buyFull(picks.map((i) => candidates[i]!)),
        utilities: { full: spread(pool.size, candidates, gradients.squaredNorms.map(Math.sqrt)) },
      };
    },
  }),
});
