import { defineStrategy, fullOnly } from './define';
import { kCenterGreedy } from './sampling/k-center';
import { rowPoints } from './sampling/points';
import { buyFull, spread } from './strategy';

/**
 * Core-set: greedy k-center in the network's hidden layer, so that no image is far from a labelled one; utility is the
 * distance to the nearest labelled image before any is picked. Sener and Savarese, ICLR 2018, algorithm 1.
 */
export const coreset = defineStrategy({
  name: 'coreset',
  description: 'greedy k-center in the hidden layer, from the labelled images',
  source: 'Sener and Savarese, ICLR 2018, algorithm 1',
  buys: fullOnly,
  options: {},
  create: () => ({
    async query({ pool, purse, predict, engine }) {
      const labelled = pool.full();
      const candidates = pool.notFull();
      const rows = new Int32Array(pool.size);
      rows.set(labelled);
      rows.set(candidates, labelled.length);
      const points = rowPoints((await predict(rows)).hidden);
      const centres = Array.from(labelled.keys());
      const { picks, squaredDistances } = await kCenterGreedy(points, centres, purse.affords('full'), engine);
      const utilities = squaredDistances.subarray(labelled.length).map(Math.sqrt);
      return {
        purchases: buyFull(picks.map((i) => rows[i]!)),
        utilities: { full: spread(pool.size, candidates, utilities) },
      };
    },
  }),
});
