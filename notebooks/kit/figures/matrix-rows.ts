import { row, type Matrix } from '../../../lib/engine/matrix';

/** A matrix as figures take it: rows of numbers, or one of the library's. */
export type MatrixRows = readonly (readonly number[])[] | Matrix;

/** A copy of its rows. */
export const rowsOf = (matrix: MatrixRows): number[][] =>
  'data' in matrix
    ? Array.from({ length: matrix.rows }, (_, i) => Array.from(row(matrix, i)))
    : matrix.map((values) => [...values]);
