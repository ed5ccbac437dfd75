import { matrix, type Matrix } from '../../lib/engine/matrix';

/** Which square patches of a map of contrast are described. */
export interface PatchSettings {
  /** Side of a patch in pixels. */
  readonly side: number;
  /** Step between neighbouring patches in pixels. */
  readonly stride: number;
  /** Patches whose standard deviation is not above this are background and left out (unless fewer than 5 remain). */
  readonly flat: number;
  /** Added to a patch's variance before dividing by its root, so that faint patches are not blown up. */
  readonly contrast: number;
}

const FEWEST = 5;

/**
 * The patches of one contrast map [height, width], row by row, each brought to mean 0 and divided by
 * sqrt(variance + contrast): [patches, side * side]. Flat patches are left out.
 */
export function mapPatches(map: Float32Array, height: number, width: number, settings: PatchSettings): Matrix {
  const { side, stride, flat, contrast } = settings;
  const down = Math.floor((height - side) / stride) + 1;
  const across = Math.floor((width - side) / stride) + 1;
  const sums = integral(map, height, width, (v) => v);
  const squares = integral(map, height, width, (v) => v * v);
  const area = side * side;
  const box = (table: Float64Array, y: number, x: number): number => {
    const top = y * (width + 1) + x;
    const bottom = top + side * (width + 1);
    return (table[bottom + side]! - table[bottom]! - table[top + side]! + table[top]!) / area;
  };

  const spread = new Float64Array(down * across);
  let inked = 0;
  for (let r = 0; r < down; r++)
    for (let c = 0; c < across; c++) {
      const mean = box(sums, r * stride, c * stride);
      const variance = Math.max(0, box(squares, r * stride, c * stride) - mean * mean);
      spread[r * across + c] = variance;
      if (variance > flat * flat) inked++;
    }
  const threshold = inked < FEWEST ? -1 : flat * flat;
  const out = matrix(inked < FEWEST ? down * across : inked, area);

  let at = 0;
  for (let r = 0; r < down; r++)
    for (let c = 0; c < across; c++) {
      const variance = spread[r * across + c]!;
      if (variance <= threshold) continue;
      const mean = box(sums, r * stride, c * stride);
      const scale = 1 / Math.sqrt(variance + contrast);
      for (let y = 0; y < side; y++) {
        const from = (r * stride + y) * width + c * stride;
        for (let x = 0; x < side; x++) out.data[at++] = (map[from + x]! - mean) * scale;
      }
    }
  return out;
}

/** Summed-area table [height + 1, width + 1] of `f(ink)`. */
function integral(map: Float32Array, height: number, width: number, f: (value: number) => number): Float64Array {
  const table = new Float64Array((height + 1) * (width + 1));
  for (let y = 0; y < height; y++) {
    let line = 0;
    for (let x = 0; x < width; x++) {
      line += f(map[y * width + x]!);
      table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1]! + line;
    }
  }
  return table;
}
