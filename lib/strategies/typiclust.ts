import { defineStrategy, fullOnly } from './define';
import { count } from '../choices/options';
import { kMeans } from './sampling/k-means';
import { kMeansPlusPlus } from './sampling/k-means-plus-plus';
import { rowPoints } from './sampling/points';
import { membersOf, typicality } from './sampling/typicality';
import { buyFull, spread } from './strategy';

/** Clusters up to this size come last, as noise. */
const SMALL = 5;

/**
 * TypiClust, for the smallest budgets: cluster the images by their features into as many clusters as there will be full
 * labels; take the most typical image of each cluster that has no label yet, the largest cluster first; the utility is
 * typicality. No network is asked. Hacohen, Dekel and Weinshall, ICML 2022, algorithm 1.
 * Departs from it: the features are the data set's instead of self-supervised ones, and clusters are never dropped but
 * come later: first those with fewest labels, the small ones last, then a second image of each.
 */
export const typiclust = defineStrategy({
  name: 'typiclust',
  description: 'the most typical image of each cluster that has no label yet',
  source: 'Hacohen et al., ICML 2022, algorithm 1',
  buys: fullOnly,
  options: {
    clusters: count(500, 1, 'at most so many clusters'),
    neighbours: count(20, 1, 'nearest images of the same cluster by which typicality is judged, at most'),
  },
  create: ({ clusters, neighbours }) => ({
    async query({ pool, purse, random, features, engine }) {
      const labelled = pool.full();
      const points = features(Int32Array.from({ length: pool.size }, (_, i) => i));
      const wanted = Math.min(clusters, pool.size, labelled.length + purse.affords('full'));
      const starts = await kMeansPlusPlus(rowPoints(points), wanted, random, engine);
      const clusterOf = await kMeans(points, starts, engine);
      const typical = await typicality(points, clusterOf, neighbours, engine);
      const picks = fromUncovered(clusterOf, typical, new Set(labelled)).slice(0, purse.affords('full'));
      const candidates = pool.notFull();
      return {
        purchases: buyFull(picks),
        utilities: {
          full: spread(
            pool.size,
            candidates,
            Float64Array.from(candidates, (row) => typical[row]!),
          ),
        },
      };
    },
  }),
});

/** All rows without a label, in the order in which they are to be bought. */
export function fromUncovered(clusterOf: Int32Array, typical: Float64Array, labelled: ReadonlySet<number>): number[] {
  const queues = membersOf(clusterOf)
    .map((rows) => ({
      small: rows.length <= SMALL ? 1 : 0,
      size: rows.length,
      open: rows.filter((row) => !labelled.has(row)).sort((a, b) => typical[b]! - typical[a]!),
    }))
    .sort((a, b) => a.small - b.small || a.size - a.open.length - (b.size - b.open.length) || b.size - a.size);
  const order: number[] = [];
  for (let depth = 0; queues.some(({ open }) => depth < open.length); depth++)
    for (const { open } of queues) if (depth < open.length) order.push(open[depth]!);
  return order;
}
