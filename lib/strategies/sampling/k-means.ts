import type { Engine } from '../../engine';
import { argmaxRows, matrix, row, takeRows, type Matrix } from '../../engine/matrix';

/** Rows whose products with all centres are held at a time. */
const BLOCK = 4096;

/**
 * Lloyd's k-means from the rows `starts` of `points` [n, D]: each point's cluster, after at most `iterations` rounds or
 * when none moves any more. Equally near centres: the first. A cluster that loses all points keeps its centre.
 */
export async function kMeans(points: Matrix, starts: Int32Array, engine: Engine, iterations = 25): Promise<Int32Array> {
  const centres = takeRows(points, starts);
  let clusterOf = await nearestCentres(points, centres, engine);
  for (let i = 0; i < iterations; i++) {
    moveToMeans(centres, points, clusterOf);
    const next = await nearestCentres(points, centres, engine);
    if (next.every((cluster, n) => cluster === clusterOf[n])) break;
    clusterOf = next;
  }
  return clusterOf;
}

/** The centre c of the largest x.c - |c|^2 / 2, which is the nearest. */
async function nearestCentres(points: Matrix, centres: Matrix, engine: Engine): Promise<Int32Array> {
  const D = points.columns;
  const bias = Float32Array.from({ length: centres.rows }, (_, c) => -squaredNorm(row(centres, c)) / 2);
  const out = new Int32Array(points.rows);
  for (let top = 0; top < points.rows; top += BLOCK) {
    const n = Math.min(BLOCK, points.rows - top);
    const block = matrix(n, D, points.data.subarray(top * D, (top + n) * D));
    const scores = await engine.product(block, centres, { transposeB: true, bias });
    out.set(argmaxRows(scores), top);
  }
  return out;
}

function moveToMeans(centres: Matrix, points: Matrix, clusterOf: Int32Array): void {
  const D = points.columns;
  const sums = new Float64Array(centres.data.length);
  const sizes = new Int32Array(centres.rows);
  clusterOf.forEach((cluster, n) => {
    sizes[cluster]!++;
    for (let j = 0; j < D; j++) sums[cluster * D + j]! += points.data[n * D + j]!;
  });
  sizes.forEach((size, c) => {
    if (size) for (let j = 0; j < D; j++) centres.data[c * D + j] = sums[c * D + j]! / size;
  });
}

const squaredNorm = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
