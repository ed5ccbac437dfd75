import { row, type Matrix } from '../engine/matrix';

/** Rows scaled to length 1, in place; a row of zeros stays. */
export function unitRows(x: Matrix): Matrix {
  for (let i = 0; i < x.rows; i++) {
    const values = row(x, i);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let j = 0; j < values.length; j++) values[j]! /= length;
  }
  return x;
}
