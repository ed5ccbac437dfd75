import { check } from '../../errors';
import type { Random } from '../../random';
import { drawProportionally, largestAbove } from './draw';
import type { Points } from './points';

/**
 * Seeds of k-means++ (Arthur and Vassilvitskii 2007, D^2 sampling) as BADGE takes them: first the point of the largest
 * norm, then each with probability proportional to its squared distance from the nearest one picked. Where all
 * distances are 0 (copies of what is picked), proportional to the squared norm, then any.
 * One pass over the points a pick, distances kept: O(count * points). Picks are in order, never one twice; all points
 * if there are fewer than `count`.
 * @throws InputError for a count that is no whole number from 0.
 */
export function kMeansPlusPlus(points: Points, count: number, random: Random): Int32Array {
  checkCount(count);
  const picks = new Int32Array(Math.min(count, points.count));
  const nearest = new Float64Array(points.count).fill(Infinity);
  const norms = points.squaredNorms.slice();
  const open = new Float64Array(points.count).fill(1);
  for (let k = 0; k < picks.length; k++) {
    const pick =
      (k === 0 ? largestAbove(norms, 0) : drawProportionally(nearest, random)) ??
      drawProportionally(norms, random) ??
      drawProportionally(open, random)!;
    picks[k] = pick;
    points.approach(pick, nearest);
    norms[pick] = open[pick] = 0;
  }
  return picks;
}

export function checkCount(count: number): void {
  check(Number.isInteger(count) && count >= 0, `Unexpected number of picks: ${count}; expected a whole number from 0`);
}
