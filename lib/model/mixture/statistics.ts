import type { Engine } from '../../engine';
import { matrix, row, type Matrix } from '../../engine/matrix';

/** Sums over images that belong to classes by shares: all that a Gaussian with one covariance for all classes needs. */
export interface Statistics {
  /** [K] weight of each class */ readonly counts: Float64Array;
  /** [K, D] sums of features */ readonly sums: Float64Array;
  /** [D, D] sum of x x' */ readonly products: Float64Array;
}

/** Rows at a time: what is copied for a product stays small. */
export const BLOCK = 4096;

/** Rows `from` to `to` of a matrix, as a view. */
export const rowsBetween = (a: Matrix, from: number, to: number): Matrix =>
  matrix(to - from, a.columns, a.data.subarray(from * a.columns, to * a.columns));

/** Statistics that grow by blocks of rows. */
export class SharedSums implements Statistics {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly products: Float64Array;
  private readonly parts: readonly [Matrix, Matrix];
  private scaled: Float32Array = new Float32Array(0);

  constructor(
    classes: number,
    private readonly columns: number,
    private readonly engine: Engine,
  ) {
    this.counts = new Float64Array(classes);
    this.sums = new Float64Array(classes * columns);
    this.products = new Float64Array(columns ** 2);
    this.parts = [matrix(classes, columns), matrix(columns, columns)];
  }

  /** Rows x [n, D] that belong to the classes by `shares` [n, K], weights included. */
  async add(x: Matrix, shares: Matrix): Promise<void> {
    if (this.scaled.length < x.data.length) this.scaled = new Float32Array(x.data.length);
    const scaled = matrix(x.rows, x.columns, this.scaled.subarray(0, x.data.length));
    for (let i = 0; i < x.rows; i++) {
      let weight = 0;
      const own = row(shares, i);
      for (let k = 0; k < own.length; k++) {
        weight += own[k]!;
        this.counts[k]! += own[k]!;
      }
      const [from, to] = [i * this.columns, (i + 1) * this.columns];
      for (let at = from; at < to; at++) scaled.data[at] = weight * x.data[at]!;
    }
    const [sums, products] = this.parts;
    await this.engine.product(shares, x, { transposeA: true, out: sums });
    await this.engine.product(scaled, x, { transposeA: true, out: products });
    for (let at = 0; at < sums.data.length; at++) this.sums[at]! += sums.data[at]!;
    for (let at = 0; at < products.data.length; at++) this.products[at]! += products.data[at]!;
  }
}

/** The statistics of rows x [n, D] with labels. */
export async function statisticsOf(x: Matrix, labels: Int32Array, K: number, engine: Engine): Promise<Statistics> {
  const sums = new SharedSums(K, x.columns, engine);
  if (!labels.length) return sums;
  const shares = matrix(x.rows, K);
  labels.forEach((k, i) => (shares.data[i * K + k] = 1));
  await sums.add(x, shares);
  return sums;
}

/** The sum of statistics of the same sizes, each times its factor. */
export function combined(parts: readonly (readonly [factor: number, part: Statistics])[]): Statistics {
  const add = (key: keyof Statistics): Float64Array => {
    const sum = new Float64Array(parts[0]![1][key].length);
    for (const [factor, part] of parts) for (let at = 0; at < sum.length; at++) sum[at]! += factor * part[key][at]!;
    return sum;
  };
  return { counts: add('counts'), sums: add('sums'), products: add('products') };
}
