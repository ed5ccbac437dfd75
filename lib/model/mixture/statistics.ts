import type { Engine } from '../../engine';
import { matrix, row, type Matrix } from '../../engine/matrix';

/** Sums over images that belong to classes by shares: all that a Gaussian with one covariance for all classes needs. */
export interface Statistics {
  /** [K] weight of each class */ readonly counts: Float64Array;
  /** [K, D] sums of features */ readonly sums: Float64Array;
  /** [D, D] sum of x x' */ readonly products: Float64Array;
}

/** Rows at a time: what is copied for a product stays small. */
const BLOCK = 4096;

/** Rows `from` to `to` of a matrix, as a view. */
export const rowsBetween = (a: Matrix, from: number, to: number): Matrix =>
  matrix(to - from, a.columns, a.data.subarray(from * a.columns, to * a.columns));

/** The statistics of rows x [n, D] that belong to the classes by `shares` [n, K], weights included; in blocks. */
export async function statistics(x: Matrix, shares: Matrix, engine: Engine): Promise<Statistics> {
  const [D, K] = [x.columns, shares.columns];
  const total = emptyStatistics(K, D);
  const [sums, products] = [matrix(K, D), matrix(D, D)];
  for (let from = 0; from < x.rows; from += BLOCK) {
    const to = Math.min(x.rows, from + BLOCK);
    const [rows, parts] = [rowsBetween(x, from, to), rowsBetween(shares, from, to)];
    const scaled = matrix(rows.rows, D);
    for (let i = 0; i < rows.rows; i++) {
      let weight = 0;
      row(parts, i).forEach((share, k) => {
        weight += share;
        total.counts[k]! += share;
      });
      const [source, target] = [row(rows, i), row(scaled, i)];
      for (let j = 0; j < D; j++) target[j] = weight * source[j]!;
    }
    await engine.product(parts, rows, { transposeA: true, out: sums });
    await engine.product(scaled, rows, { transposeA: true, out: products });
    for (let at = 0; at < sums.data.length; at++) total.sums[at]! += sums.data[at]!;
    for (let at = 0; at < products.data.length; at++) total.products[at]! += products.data[at]!;
  }
  return total;
}

export const emptyStatistics = (K: number, D: number): Statistics => ({
  ...{ counts: new Float64Array(K), sums: new Float64Array(K * D), products: new Float64Array(D * D) },
});

/** The sum of statistics of the same sizes. */
export function addStatistics([first, ...others]: readonly Statistics[]): Statistics {
  const add = (key: keyof Statistics): Float64Array => {
    const sum = first![key].slice();
    for (const other of others) for (let at = 0; at < sum.length; at++) sum[at]! += other[key][at]!;
    return sum;
  };
  return { counts: add('counts'), sums: add('sums'), products: add('products') };
}
