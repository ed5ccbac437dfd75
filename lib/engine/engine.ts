import type { Matrix } from './matrix';

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
  /** For records and captions, e.g. `onnxruntime 1.30.0`. */
  readonly name: string;
  /** op(a) · op(b) [+ bias], float32, row-major. Throws a RangeError if the inner dimensions differ. */
  product(a: Matrix, b: Matrix, options?: ProductOptions): Promise<Matrix>;
}
