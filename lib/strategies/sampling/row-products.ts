import { Arena } from '../../engine/kernels';

interface Factor {
  /** Row length in memory: a multiple of 4, the rest zeros. */
  readonly stride: number;
  readonly columns: number;
  readonly data: Float32Array;
  readonly products: Float32Array;
}

/** Rows of one or more matrices, held where the SIMD kernels work, for dot products of many rows with one. */
export class RowProducts {
  /** Which rows `withRow` takes; to be filled by the caller. */
  readonly list: Int32Array;
  private readonly arena = new Arena();
  private readonly factors: readonly Factor[];

  /** Zeros; `columns[f]` is the width of matrix f. 4 bytes a number, at most 4 GB in all. */
  constructor(
    readonly rows: number,
    columns: readonly number[],
  ) {
    const strides = columns.map((width) => Math.ceil(width / 4) * 4);
    this.arena.clear(rows, ...strides.flatMap((stride) => [rows * stride, rows]));
    this.list = this.arena.integers(rows);
    this.factors = strides.map((stride, f) => {
      const data = this.arena.floats(rows * stride);
      return { stride, columns: columns[f]!, data, products: this.arena.floats(rows) };
    });
  }

  /** Row i of matrix f, to be written. */
  row(f: number, i: number): Float32Array {
    const { data, stride, columns } = this.factors[f]!;
    return data.subarray(i * stride, i * stride + columns);
  }

  /** For each matrix the dot products of the first `count` rows of `list` with row `i`; overwritten by the next call. */
  withRow(i: number, count: number): readonly Float32Array[] {
    for (const { data, stride, products } of this.factors)
      this.arena.kernels.rowDots(
        data.byteOffset,
        stride,
        this.list.byteOffset,
        count,
        data.byteOffset + 4 * i * stride,
        products.byteOffset,
      );
    return this.factors.map(({ products }) => products);
  }
}
