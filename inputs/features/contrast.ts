import type { Images } from '../../lib/data/dataset';
import { quantile } from '../../lib/numbers';

/**
 * Image `i` as a map of contrast: background near 0, ink near 1, whatever the polarity and contrast, from that image alone.
 * The median is taken for the background (ink is the minority), the sign of the third moment tells dark ink from light,
 * and the 97th percentile sets the scale. RGB is turned to luma (Rec. 601) first. Values are clipped to [-0.5, 1.5].
 */
export function contrastMap(
  images: Images,
  i: number,
  out = new Float32Array(images.height * images.width),
): Float32Array {
  const size = images.height * images.width;
  const base = i * size * images.channels;
  for (let p = 0; p < size; p++) {
    const at = base + p * images.channels;
    out[p] =
      images.channels === 1
        ? images.pixels[at]!
        : 0.299 * images.pixels[at]! + 0.587 * images.pixels[at + 1]! + 0.114 * images.pixels[at + 2]!;
  }
  const sorted = out.slice().sort();
  const median = quantile(sorted, 0.5);
  let skew = 0;
  for (let p = 0; p < size; p++) skew += (out[p]! - median) ** 3;
  const sign = skew < 0 ? -1 : 1;
  const high = sign > 0 ? quantile(sorted, 0.97) - median : median - quantile(sorted, 0.03);
  const scale = sign / Math.max(high, 8);
  for (let p = 0; p < size; p++) out[p] = Math.min(1.5, Math.max(-0.5, (out[p]! - median) * scale));
  return out;
}
