import type { Engine } from '../../engine';
import { matrix, type Matrix } from '../../engine/matrix';

/** Matrices up to this size are factored entry by entry, larger ones in halves, by products. */
const SMALL = 64;
/** The least a pivot counts against the largest entry of the diagonal: below it all is rounding of float32. */
const LEAST_PIVOT = 1e-7;

/**
 * L^-1, lower triangular, of the Cholesky factor S = L L' of a symmetric positive matrix [D, D]. In halves: with I1, I2 the
 * inverses of the factors of S11 and of S22 - L21 L21', L21 = S21 I1', the lower left of L^-1 is -I2 L21 I1. A pivot that
 * is not positive (a direction in which nothing scatters, at no shrinkage) is taken for a trifle of the largest.
 */
export function inverseFactor(S: Matrix, engine: Engine): Promise<Matrix> {
  let largest = 0;
  for (let j = 0; j < S.rows; j++) largest = Math.max(largest, S.data[j * S.rows + j]!);
  return factored(S, LEAST_PIVOT * largest, engine);
}

async function factored(S: Matrix, least: number, engine: Engine): Promise<Matrix> {
  const D = S.rows;
  if (D <= SMALL) return factoredByEntry(S, least);
  const half = D >> 1;
  const rest = D - half;
  const [upper, lower] = [await factored(block(S, 0, 0, half, half), least, engine), block(S, half, half, rest, rest)];
  const below = await engine.product(block(S, half, 0, rest, half), upper, { transposeB: true });
  const explained = await engine.product(below, below, { transposeB: true });
  for (let at = 0; at < lower.data.length; at++) lower.data[at]! -= explained.data[at]!;
  const right = await factored(lower, least, engine);
  const left = await engine.product(await engine.product(right, below), upper);
  const out = matrix(D, D);
  for (let i = 0; i < half; i++) out.data.set(upper.data.subarray(i * half, (i + 1) * half), i * D);
  for (let i = 0; i < rest; i++) {
    const own = (half + i) * D;
    for (let j = 0; j < half; j++) out.data[own + j] = -left.data[i * half + j]!;
    out.data.set(right.data.subarray(i * rest, (i + 1) * rest), own + half);
  }
  return out;
}

/** The same in float64. */
function factoredByEntry({ data, rows: D }: Matrix, least: number): Matrix {
  const L = new Float64Array(data);
  const inverse = new Float64Array(D * D);
  const column = new Float64Array(D);
  for (let k = 0; k < D; k++) {
    const pivot = (L[k * D + k] = Math.sqrt(Math.max(L[k * D + k]!, least)));
    for (let i = k + 1; i < D; i++) column[i] = L[i * D + k]! /= pivot;
    for (let i = k + 1; i < D; i++) {
      const own = column[i]!;
      for (let j = k + 1, at = i * D + j; j <= i; j++) L[at++]! -= own * column[j]!;
    }
  }
  for (let i = 0; i < D; i++) {
    const own = inverse.subarray(i * D, i * D + i + 1);
    own[i] = 1;
    for (let k = 0; k < i; k++) {
      const factor = L[i * D + k]!;
      for (let j = 0, at = k * D; j <= k; j++) own[j]! -= factor * inverse[at++]!;
    }
    const pivot = L[i * D + i]!;
    for (let j = 0; j <= i; j++) own[j]! /= pivot;
  }
  return matrix(D, D, new Float32Array(inverse));
}

/** A copy of some rows and columns. */
function block(a: Matrix, i: number, j: number, rows: number, columns: number): Matrix {
  const out = matrix(rows, columns);
  for (let r = 0; r < rows; r++) {
    const from = (i + r) * a.columns + j;
    out.data.set(a.data.subarray(from, from + columns), r * columns);
  }
  return out;
}
