import { matrix, type Matrix } from '../../../lib/engine/matrix';

/**
 * The linear map [new patches, old patches] that resizes a square grid of position embeddings to another grid, as
 * PyTorch's bicubic `interpolate` does (a = -0.75, corners not aligned, no antialiasing, the border repeated).
 * Undefined where the grid stays as it is.
 */
export function positionMap(side: number, [rows, columns]: readonly [number, number]): Matrix | undefined {
  if (rows === side && columns === side) return undefined;
  const [down, across] = [bicubic(side, rows), bicubic(side, columns)];
  const out = matrix(rows * columns, side * side);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let i = 0; i < side; i++)
        for (let j = 0; j < side; j++)
          out.data[(y * columns + x) * side * side + i * side + j] =
            down.data[y * side + i]! * across.data[x * side + j]!;
  return out;
}

/** Weights of the old points in each of the new ones, [length, old]. */
function bicubic(old: number, length: number): Matrix {
  const out = matrix(length, old);
  for (let i = 0; i < length; i++) {
    const at = ((i + 0.5) * old) / length - 0.5;
    const first = Math.floor(at) - 1;
    for (let tap = first; tap < first + 4; tap++)
      out.data[i * old + Math.min(old - 1, Math.max(0, tap))]! += kernel(Math.abs(at - tap));
  }
  return out;
}

/** Keys' cubic convolution. */
function kernel(x: number): number {
  const a = -0.75;
  return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}
