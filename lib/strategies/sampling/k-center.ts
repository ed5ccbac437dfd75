import { largestAbove } from './draw';
import { checkCount } from './k-means-plus-plus';
import type { Points } from './points';

/**
 * Greedy k-center (Sener and Savarese 2018, algorithm 1): again and again the point farthest from all `centres` and
 * picks, the first of equals. Never a centre, never one twice; all other points if there are fewer than `count`.
 * Without centres it begins with the first point.
 * @throws InputError for a count that is no whole number from 0.
 */
export function kCenterGreedy(points: Points, centres: Iterable<number>, count: number): Int32Array {
  checkCount(count);
  const nearest = new Float64Array(points.count).fill(Infinity);
  const open = new Float64Array(points.count).fill(1);
  for (const centre of centres) {
    points.approach(centre, nearest);
    open[centre] = 0;
  }
  const picks: number[] = [];
  while (picks.length < count) {
    const pick = largestAbove(nearest, 0) ?? largestAbove(open, 0);
    if (pick === undefined) break;
    picks.push(pick);
    points.approach(pick, nearest);
    open[pick] = 0;
  }
  return Int32Array.from(picks);
}
