import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { createRandom } from '../../lib/random';

const random = createRandom(0).stream('bench');

/** Normal numbers; drawn from a table where there are many, since drawing them all would take longer than the bench. */
export function normals(rows: number, columns: number): Matrix {
  const out = matrix(rows, columns);
  const table = Float32Array.from({ length: Math.min(out.data.length, 1 << 20) }, () => random.normal());
  for (let at = 0; at < out.data.length;) {
    const from = random.integer(table.length);
    const piece = table.subarray(from, from + Math.min(columns, out.data.length - at));
    out.data.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** As a ReLU layer's. */
export function hiddenUnits(rows: number, columns: number): Matrix {
  const out = normals(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = Math.max(0, out.data[i]!);
  return out;
}

/** Softmax of logits with standard deviation 3. */
export function probabilities(rows: number, classes: number): Matrix {
  const out = normals(rows, classes);
  for (let i = 0; i < rows; i++) {
    const p = row(out, i);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += p[k] = Math.exp(3 * p[k]!);
    for (let k = 0; k < classes; k++) p[k]! /= sum;
  }
  return out;
}

export const uniforms = (length: number, scale = 1): Float64Array =>
  Float64Array.from({ length }, () => scale * random.uniform());

export const labels = (length: number, classes: number): Int32Array =>
  Int32Array.from({ length }, () => random.integer(classes));
