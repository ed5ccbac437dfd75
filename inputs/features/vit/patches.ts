import { matrix, type Matrix } from '../../../lib/engine/matrix';

/** Images of one size as a network takes them: float32, channel by channel, row by row. */
export interface PixelBatch {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Length count * 3 * height * width. */
  readonly pixels: Float32Array;
}

/** The patches of all images, [count * rows * columns, 3 * patch * patch], in the order of a convolution's weights. */
export function patchRows({ count, height, width, pixels }: PixelBatch, patch: number): Matrix {
  const [rows, columns] = [height / patch, width / patch];
  const out = matrix(count * rows * columns, 3 * patch * patch);
  let at = 0;
  for (let i = 0; i < count; i++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        for (let channel = 0; channel < 3; channel++)
          for (let y = 0; y < patch; y++) {
            const from = ((i * 3 + channel) * height + r * patch + y) * width + c * patch;
            out.data.set(pixels.subarray(from, from + patch), at);
            at += patch;
          }
  return out;
}
