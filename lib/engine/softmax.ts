import { Arena } from './kernels';
import type { Matrix } from './matrix';

const arena = new Arena();
/** Numbers at a time: what the arena holds stays small. */
const ENOUGH = 1 << 18;

/** Turns each row of scores into probabilities, in place, and returns the matrix: by the SIMD kernel, in float32. */
export function softmaxRowsFast(a: Matrix): Matrix {
  const rows = Math.max(1, Math.floor(ENOUGH / Math.max(1, a.columns)));
  for (let from = 0; from < a.rows; from += rows) {
    const part = a.data.subarray(from * a.columns, Math.min(a.rows, from + rows) * a.columns);
    arena.clear(part.length);
    const z = arena.floats(part.length);
    z.set(part);
    arena.kernels.softmax(z.byteOffset, a.columns, part.length / a.columns, a.columns);
    part.set(z);
  }
  return a;
}
