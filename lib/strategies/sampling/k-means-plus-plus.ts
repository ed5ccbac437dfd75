import type { Engine } from '../../engine';
import { check } from '../../errors';
import type { Random } from '../../random';
import { drawProportionally, largestAbove } from './draw';
import { NearestDistances } from './nearest';
import type { Points } from './points';

/**
 * Seeds of k-means++ (Arthur and Vassilvitskii 2007, D^2 sampling) as BADGE takes them: first the point of the largest
 * norm, then each with probability proportional to its squared distance from the nearest one picked. Where all
 * distances are 0 (copies of what is picked), proportional to the squared norm, then any.
 * O(count * points); see {@link NearestDistances} for how, and for `batch`. Picks are in order, never one twice; all
 * points if there are fewer than `count`.
 * @throws InputError for a count that is no whole number from 0.
 * @example
 * const points = rowPoints(matrix(3, 2, Float32Array.of(0, 1, 1, 0, 5, 5)));
 * const picks = await kMeansPlusPlus(points, 2, createRandom(0), await createEngine()); // 2, the longest, then 0 or 1
 */
export async function kMeansPlusPlus(
  points: Points,
  count: number,
  random: Random,
  engine: Engine,
  batch?: number,
): Promise<Int32Array> {
  checkCount(count);
  const picks = new Int32Array(Math.min(count, points.count));
  const nearest = new NearestDistances(points, engine, batch);
  const norms = points.squaredNorms.slice();
  const open = new Float64Array(points.count).fill(1);
  for (let k = 0; k < picks.length; k++) {
    const pick =
      (k === 0 ? largestAbove(norms, 0) : await nearest.draw(random)) ??
      drawProportionally(norms, random) ??
      drawProportionally(open, random)!;
    picks[k] = pick;
    nearest.add(pick);
    norms[pick] = open[pick] = 0;
  }
  return picks;
}

export function checkCount(count: number): void {
  check(Number.isInteger(count) && count >= 0, `Unexpected number of picks: ${count}; expected a whole number from 0`);
}
