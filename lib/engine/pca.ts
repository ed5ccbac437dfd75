import type { Engine } from './engine';
import { centred, columnMeans, matrix, row, type Matrix } from './matrix';
import { check } from '../errors';
import type { Random } from '../random';
import { leadingEigenvectors } from './eigen';

/** Principal components: y = (x - mean) directions / scale. */
export interface Pca {
  /** [D] */
  readonly mean: Float32Array;
  /** [D, k], orthonormal columns in falling order of variance. */
  readonly directions: Matrix;
  /** One number for all components: the root mean square of the projected training rows. */
  readonly scale: number;
}

const OVERSAMPLING = 16;
const STEPS = 4;

/**
 * The `k` leading principal components of the rows of `x` [n, D] by randomised subspace iteration: a random subspace
 * of k + 16 directions is multiplied by the covariance and orthonormalised a few times, then the small eigenproblem
 * inside it is solved exactly (Halko, Martinsson and Tropp, SIAM Review 2011, algorithms 4.4 and 5.3).
 * @throws InputError if x has fewer than k columns or k + 1 rows.
 */
export async function fitPca(x: Matrix, k: number, engine: Engine, random: Random): Promise<Pca> {
  check(
    k >= 1 && k <= Math.min(x.columns, x.rows - 1),
    () =>
      `Unexpected number of components: ${k}; expected 1 to ${Math.min(x.columns, x.rows - 1)} for ${x.rows} x ${x.columns}`,
  );
  const mean = columnMeans(x);
  const around = centred(x, mean);
  const covariance = await engine.product(around, around, { transposeA: true });
  for (let i = 0; i < covariance.data.length; i++) covariance.data[i]! /= x.rows;

  const width = Math.min(k + OVERSAMPLING, x.columns);
  let basis = matrix(width, x.columns);
  for (let i = 0; i < basis.data.length; i++) basis.data[i] = random.normal();
  for (let step = 0; step < STEPS; step++) {
    orthonormaliseRows(basis);
    basis = await engine.product(basis, covariance);
  }
  orthonormaliseRows(basis);
  const inside = await engine.product(await engine.product(basis, covariance), basis, { transposeB: true });
  const { vectors } = leadingEigenvectors(inside, k);
  const directions = await engine.product(basis, vectors, { transposeA: true });

  const projected = await engine.product(around, directions);
  let squares = 0;
  for (const value of projected.data) squares += value * value;
  return { mean, directions, scale: Math.sqrt(squares / projected.data.length) || 1 };
}

/** The rows of `x` [n, D] in the components' coordinates, [n, k]. */
export async function applyPca(pca: Pca, x: Matrix, engine: Engine): Promise<Matrix> {
  const out = await engine.product(centred(x, pca.mean), pca.directions);
  for (let i = 0; i < out.data.length; i++) out.data[i]! /= pca.scale;
  return out;
}

/** Modified Gram-Schmidt, done twice for full orthogonality; a row that vanishes becomes 0. */
function orthonormaliseRows(a: Matrix): void {
  const rows = Array.from({ length: a.rows }, (_, i) => Float64Array.from(row(a, i)));
  rows.forEach((current, i) => {
    const before = Math.sqrt(dot(current, current));
    for (let pass = 0; pass < 2; pass++) removeShares(current, rows, i);
    const length = Math.sqrt(dot(current, current));
    const factor = length > 1e-6 * before ? 1 / length : 0;
    // What later rows are held against is the row as it is kept, in 32 bits.
    for (let c = 0; c < current.length; c++) current[c] = a.data[i * a.columns + c] = Math.fround(current[c]! * factor);
  });
}

/**
 * Subtracts from `current` its shares of the first `count` rows, one after the other. A row's subtraction and the next
 * one's product go through memory together: the sum waits for each of its additions, and the rest is done meanwhile.
 */
function removeShares(current: Float64Array, rows: readonly Float64Array[], count: number): void {
  if (count === 0) return;
  let share = dot(current, rows[0]!);
  for (let j = 0; j < count; j++) {
    const other = rows[j]!;
    const next = rows[j + 1]!;
    let sum = 0;
    for (let c = 0; c < current.length; c++) {
      const left = current[c]! - share * other[c]!;
      current[c] = left;
      sum += left * next[c]!;
    }
    share = sum;
  }
}

function dot(a: Float64Array, b: Float64Array | Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
