import type { Engine } from '../../engine';
import { row, takeRows, type Matrix } from '../../engine/matrix';

/** Distances below this count as this, so that copies of one point are very typical, not infinitely. */
const FLOOR = 1e-6;

/**
 * How dense it is around each of the points [n, D]: 1 / the mean distance to its nearest neighbours in its own cluster,
 * `neighbours` of them, at most half of the cluster (Hacohen et al. 2022, equation 1; the half, in their code). A point
 * alone, or of no cluster (-1): 0.
 */
export async function typicality(
  points: Matrix,
  clusterOf: Int32Array,
  neighbours: number,
  engine: Engine,
): Promise<Float64Array> {
  const out = new Float64Array(points.rows);
  for (const rows of membersOf(clusterOf)) {
    const k = Math.min(neighbours, Math.max(1, rows.length >> 1), rows.length - 1);
    if (k === 0) continue;
    const members = takeRows(points, rows);
    const products = await engine.product(members, members, { transposeB: true });
    rows.forEach((point, i) => {
      const near = nearestDistances(products, i);
      let sum = 0;
      for (let j = 0; j < k; j++) sum += near[j]!;
      out[point] = 1 / Math.max(FLOOR, sum / k);
    });
  }
  return out;
}

/** Rows of each cluster from 0 on, in the order of their first members. */
export function membersOf(clusterOf: Int32Array): number[][] {
  const members = new Map<number, number[]>();
  clusterOf.forEach((cluster, point) => {
    const rows = members.get(cluster);
    if (cluster < 0) return;
    if (rows) rows.push(point);
    else members.set(cluster, [point]);
  });
  return [...members.values()];
}

/** Distances of point i to the others, nearest first, from all dot products [n, n]. */
function nearestDistances(products: Matrix, i: number): Float64Array {
  const n = products.rows;
  const own = row(products, i);
  const distances = new Float64Array(n - 1);
  for (let j = 0, at = 0; j < n; j++) {
    if (j === i) continue;
    distances[at++] = Math.sqrt(Math.max(0, own[i]! + products.data[j * n + j]! - 2 * own[j]!));
  }
  return distances.sort();
}
