import type { Engine } from '../../engine';
import { largestAbove } from './draw';
import { checkCount } from './k-means-plus-plus';
import { NearestDistances } from './nearest';
import type { Points } from './points';

/**
 * Greedy k-center (Sener and Savarese 2018, algorithm 1): again and again the point farthest from all `centres` and
 * picks, the first of equals. Never a centre, never one twice; all other points if there are fewer than `count`.
 * Without centres it begins with the first point.
 * @returns the picks, and all points' squared distances from the `centres` alone.
 * @throws InputError for a count that is no whole number from 0.
 */
export async function kCenterGreedy(
  points: Points,
  centres: readonly number[],
  count: number,
  engine: Engine,
): Promise<{ picks: number[]; squaredDistances: Float64Array }> {
  checkCount(count);
  const nearest = new NearestDistances(points, engine);
  const open = new Float64Array(points.count).fill(1);
  const take = (point: number): void => {
    nearest.add(point);
    open[point] = 0;
  };
  centres.forEach(take);
  const squaredDistances = await nearest.all();
  const picks: number[] = [];
  while (picks.length < count) {
    const pick = (await nearest.farthest()) ?? largestAbove(open, 0);
    if (pick === undefined) break;
    picks.push(pick);
    take(pick);
  }
  return { picks, squaredDistances };
}
