import { centred } from '../engine/matrix';
import { defineStrategy, fullOnly } from './define';
import { count } from '../choices/options';
import { kMeans } from './sampling/k-means';
import { kMeansPlusPlus } from './sampling/k-means-plus-plus';
import { rowPoints } from './sampling/points';
import { membersOf, typicality } from './sampling/typicality';
import type { Random } from '../random';
import { buyFull, spread, type PoolView, type Query, type StartContext } from './strategy';

/** Clusters up to this size are noise. */
const SMALL = 5;

/**
 * TypiClust, for the smallest budgets: cluster the images by their features into as many clusters as there will be full
 * labels; take the most typical image without a label of each cluster, those with fewest labels first, then the largest,
 * round and round; the utility is typicality among the cluster's images without a label. No network is asked, so that it chooses in round 0, too. Hacohen,
 * Dekel and Weinshall, ICML 2022, algorithm 1, as their code has it.
 * Departs from it: the features are the data set's instead of self-supervised ones; k-means is Lloyd's, from k-means++, not
 * in mini-batches; typicality is by distance, as in equation 1, where the code has the squared one; small clusters,
 * which the code drops, serve when all others are bought up; and of a pool with more than `sample` images, so many are
 * drawn beside the labelled ones, and the others neither clustered nor chosen this time.
 */
export const typiclust = defineStrategy({
  name: 'typiclust',
  description: 'the most typical image of each cluster that has no label yet',
  source: 'Hacohen et al., ICML 2022, algorithm 1',
  buys: fullOnly,
  options: {
    clusters: count(500, 1, 'at most so many clusters'),
    neighbours: count(20, 1, 'nearest images of the same cluster by which typicality is judged, at most'),
    sample: count(20_000, 1, 'images without a label that are looked at, at most, drawn anew each time'),
  },
  create: ({ clusters, neighbours, sample }) => {
    const query = async ({ pool, purse, random, features, engine }: StartContext): Promise<Query> => {
      const { rows, labelled } = lookedAt(pool, Math.max(sample, purse.affords('full')), random);
      const points = centred(features(rows));
      const wanted = Math.min(clusters, rows.length, labelled.length + purse.affords('full'));
      const starts = await kMeansPlusPlus(rowPoints(points), wanted, random, engine);
      const clusterOf = await kMeans(points, starts, engine);
      const typicalOf = (open: Int32Array) => typicality(points, open, neighbours, engine);
      const { picks, typical } = await fromUncovered(clusterOf, labelled, purse.affords('full'), typicalOf);
      const utilities = spread(pool.size, rows, typical);
      for (const at of labelled) utilities[rows[at]!] = NaN;
      return { purchases: buyFull(picks.map((at) => rows[at]!)), utilities: { full: utilities } };
    };
    return { start: query, query };
  },
});

/**
 * The pool rows to look at, ascending: those without a label, or `most` of them at random, and all others, which are labelled
 * (or beyond labelling) and whose places among the rows are told.
 */
function lookedAt(pool: PoolView, most: number, random: Random): { rows: Int32Array; labelled: number[] } {
  const open = pool.notFull();
  const drawn = open.length <= most ? open : random.stream('sample').permutation(open.length).slice(0, most);
  const candidates = new Set(drawn === open ? open : drawn.map((i) => open[i]!));
  const isOpen = new Set(open);
  const rows = Int32Array.from({ length: pool.size }, (_, i) => i).filter((i) => candidates.has(i) || !isOpen.has(i));
  return { rows, labelled: [...rows.keys()].filter((at) => !isOpen.has(rows[at]!)) };
}

/**
 * Up to `count` rows without a label, in the order in which they are to be bought, and how typical each was at first.
 * `typicalOf`: of all rows, those that have a label or are bought being of cluster -1.
 */
export async function fromUncovered(
  clusterOf: Int32Array,
  labelled: ArrayLike<number>,
  count: number,
  typicalOf: (open: Int32Array) => Promise<Float64Array>,
): Promise<{ picks: number[]; typical: Float64Array }> {
  const open = clusterOf.slice();
  for (const row of Array.from(labelled)) open[row] = -1;
  const clusters = membersOf(clusterOf)
    .map((rows) => ({ rows, size: rows.length, covered: rows.filter((row) => open[row] === -1).length }))
    .sort((a, b) => a.covered - b.covered || b.size - a.size);
  const hasOpen = ({ rows }: { rows: readonly number[] }): boolean => rows.some((row) => open[row] !== -1);
  const typical = await typicalOf(open);
  const picks: number[] = [];
  const [large, small] = [clusters.filter(({ size }) => size > SMALL), clusters.filter(({ size }) => size <= SMALL)];
  for (const group of [large, small])
    while (picks.length < count && group.some(hasOpen)) {
      const now = picks.length ? await typicalOf(open) : typical;
      for (const { rows } of group.filter(hasOpen).slice(0, count - picks.length)) {
        const best = rows
          .filter((row) => open[row] !== -1)
          .reduce((best, row) => (now[row]! > now[best]! ? row : best));
        picks.push(best);
        open[best] = -1;
      }
    }
  return { picks, typical };
}
