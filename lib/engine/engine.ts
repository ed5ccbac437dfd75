import { matrix, type Matrix } from './matrix';

export interface ProductOptions {
  transposeA?: boolean;
  transposeB?: boolean;
  /** Added to every row of the product; one entry a column. */
  bias?: Float32Array;
  /** Where to write; must not share memory with the inputs. A new matrix by default. */
  out?: Matrix;
}

/** What multiplies matrices. One thread each: parallel work uses several processes. */
export interface Engine {
  /** For records and captions, e.g. `onnxruntime 1.30.0, 1 thread`. */
  readonly name: string;
  /** op(a) · op(b) [+ bias], float32, row-major. Throws a RangeError if the inner dimensions differ. */
  product(a: Matrix, b: Matrix, options?: ProductOptions): Promise<Matrix>;
}

/** A product's sizes [m, inner] x [inner, n] and where it goes. Throws a RangeError if they do not fit together. */
export interface ProductPlan {
  readonly m: number;
  readonly n: number;
  readonly inner: number;
  readonly out: Matrix;
}

/** Checks the operands of `Engine.product` and finds the sizes; shared by all engines. */
export function planProduct(a: Matrix, b: Matrix, { transposeA, transposeB, bias, out }: ProductOptions): ProductPlan {
  const [m, inner] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const [innerB, n] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
  if (inner !== innerB)
    throw new RangeError(
      `Unexpected inner dimensions: ${inner} and ${innerB}, of [${m}, ${inner}] x [${innerB}, ${n}]`,
    );
  if (bias && bias.length !== n) throw new RangeError(`Unexpected bias length: ${bias.length}; expected ${n} columns`);
  if (out && (out.rows !== m || out.columns !== n))
    throw new RangeError(`Unexpected output size: ${out.rows} x ${out.columns}; expected ${m} x ${n}`);
  return { m, n, inner, out: out ?? matrix(m, n) };
}

/** The product over an empty inner dimension: zeros, or the bias in every row. */
export function emptyProduct({ m, n, out }: ProductPlan, bias?: Float32Array): Matrix {
  out.data.fill(0);
  if (bias) for (let i = 0; i < m; i++) out.data.set(bias, i * n);
  return out;
}
