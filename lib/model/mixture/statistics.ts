import type { Engine } from '../../engine';
import { matrix, row, rowsBetween, type Matrix } from '../../engine/matrix';

/** Sums over images that belong to classes by shares: all that a Gaussian with one covariance for all classes needs. */
export interface Statistics {
  /** [K] weight of each class */ readonly counts: Float64Array;
  /** [K, D] sums of features */ readonly sums: Float64Array;
  /** [D, D] sum of x x' */ readonly products: Float64Array;
}

/** Rows at a time: what is computed for them stays small. */
export const BLOCK = 4096;

/** {@link Statistics} but for the products, which do not depend on the classes; they grow by blocks of rows. */
export class ClassSums {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  private readonly part: Matrix;

  constructor(
    classes: number,
    columns: number,
    private readonly engine: Engine,
  ) {
    this.counts = new Float64Array(classes);
    this.sums = new Float64Array(classes * columns);
    this.part = matrix(classes, columns);
  }

  /** Rows x [n, D] that belong to the classes by `shares` [n, K], which sum to 1. */
  async add(x: Matrix, shares: Matrix): Promise<void> {
    for (let i = 0, at = 0; i < shares.rows; i++)
      for (let k = 0; k < shares.columns; k++, at++) this.counts[k]! += shares.data[at]!;
    await this.engine.product(shares, x, { transposeA: true, out: this.part });
    for (let at = 0; at < this.sums.length; at++) this.sums[at]! += this.part.data[at]!;
  }
}

/** [D, D] sum of x x' over rows x [n, D]. */
export async function productsOf(x: Matrix, engine: Engine): Promise<Float64Array> {
  const products = new Float64Array(x.columns ** 2);
  const part = matrix(x.columns, x.columns);
  for (let from = 0; from < x.rows; from += BLOCK) {
    const block = rowsBetween(x, from, Math.min(x.rows, from + BLOCK));
    await engine.product(block, block, { transposeA: true, out: part });
    for (let at = 0; at < products.length; at++) products[at]! += part.data[at]!;
  }
  return products;
}

/** The statistics of rows x [n, D] with labels. */
export async function statisticsOf(x: Matrix, labels: Int32Array, K: number, engine: Engine): Promise<Statistics> {
  const [counts, sums] = [new Float64Array(K), new Float64Array(K * x.columns)];
  labels.forEach((k, i) => {
    counts[k]!++;
    row(x, i).forEach((value, j) => (sums[k * x.columns + j]! += value));
  });
  return { counts, sums, products: await productsOf(x, engine) };
}

/** The sum of statistics of the same sizes, each times its factor. */
export function combined(parts: readonly (readonly [factor: number, part: Statistics])[]): Statistics {
  const add = (key: keyof Statistics): Float64Array => {
    const sum = new Float64Array(parts[0]![1][key].length);
    for (const [factor, { [key]: values }] of parts) addTimes(sum, factor, values);
    return sum;
  };
  return { counts: add('counts'), sums: add('sums'), products: add('products') };
}

function addTimes(sum: Float64Array, factor: number, values: Float64Array): void {
  for (let at = 0; at < sum.length; at++) sum[at]! += factor * values[at]!;
}
