/** A dense row-major matrix of float32. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Length `rows * columns`. */
  readonly data: Float32Array;
}

/**
 * A matrix of zeros, or over `data` (not copied). Throws a RangeError if the length does not fit.
 * @example
 * const a = matrix(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6)); // rows 1 2 3 and 4 5 6
 */
export function matrix(rows: number, columns: number, data = new Float32Array(rows * columns)): Matrix {
  if (data.length !== rows * columns)
    throw new RangeError(`Unexpected data length: ${data.length}; expected ${rows} x ${columns} = ${rows * columns}`);
  return { rows, columns, data };
}

/** Row `i` as a view, not a copy. @example row(matrix(2, 2, Float32Array.of(1, 2, 3, 4)), 1) // 3, 4 */
export function row(a: Matrix, i: number): Float32Array {
  return a.data.subarray(i * a.columns, (i + 1) * a.columns);
}

/** Rows `from` to `to`, the last not included, as a view. @example rowsBetween(matrix(3, 2), 1, 3) // the last two */
export const rowsBetween = (a: Matrix, from: number, to: number): Matrix =>
  matrix(to - from, a.columns, a.data.subarray(from * a.columns, to * a.columns));

/** The first number that is not as it must be, and where it stands; undefined: all are. */
export function firstWrong({ data, columns }: Matrix, isRight: (value: number) => boolean) {
  const at = data.findIndex((value) => !isRight(value));
  return at < 0 ? undefined : { value: data[at]!, row: Math.floor(at / columns), column: at % columns };
}

/** The rows `indices` of `a`, copied in that order. @example takeRows(matrix(3, 2), [2, 0]) */
export function takeRows(a: Matrix, indices: ArrayLike<number>): Matrix {
  const out = matrix(indices.length, a.columns);
  for (let i = 0; i < indices.length; i++) out.data.set(row(a, indices[i]!), i * a.columns);
  return out;
}

/** The column of the largest entry of each row; the first of equals. */
export function argmaxRows(a: Matrix): Int32Array {
  const out = new Int32Array(a.rows);
  for (let i = 0; i < a.rows; i++) {
    const values = row(a, i);
    let best = 0;
    for (let j = 1; j < values.length; j++) if (values[j]! > values[best]!) best = j;
    out[i] = best;
  }
  return out;
}

/** Turns each row of scores into probabilities, in place, and returns the matrix. */
export function softmaxRows(a: Matrix): Matrix {
  for (let i = 0; i < a.rows; i++) {
    const values = row(a, i);
    let top = -Infinity;
    for (let j = 0; j < values.length; j++) if (values[j]! > top) top = values[j]!;
    let sum = 0;
    for (let j = 0; j < values.length; j++) sum += values[j] = Math.exp(values[j]! - top);
    for (let j = 0; j < values.length; j++) values[j]! /= sum;
  }
  return a;
}

/** The mean of each column, summed in float64. */
export function columnMeans(a: Matrix): Float32Array {
  const sums = new Float64Array(a.columns);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < a.columns; j++) sums[j]! += a.data[i * a.columns + j]!;
  return Float32Array.from(sums, (sum) => sum / a.rows);
}

/** A copy of `a`, [n, D], with `mean` subtracted from every row: by default the rows' own. */
export function centred(a: Matrix, mean = columnMeans(a)): Matrix {
  return matrix(
    a.rows,
    a.columns,
    a.data.map((value, at) => value - mean[at % a.columns]!),
  );
}

/** Matrices of the same width, one below the other. */
export function stacked(parts: readonly Matrix[]): Matrix {
  const out = matrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    parts[0]!.columns,
  );
  let at = 0;
  for (const { data } of parts) {
    out.data.set(data, at);
    at += data.length;
  }
  return out;
}
