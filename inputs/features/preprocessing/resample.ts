import type { RgbPicture } from '../../../lib/data/pictures';
import { sum } from '../../../lib/numbers';

export type Filter = 'lanczos' | 'bilinear' | 'bicubic';

/** By Pillow's number, as a `resample` names them. */
export const FILTERS: Readonly<Record<number, Filter>> = { 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' };

const KERNELS: Readonly<Record<Filter, { readonly support: number; readonly at: (x: number) => number }>> = {
  lanczos: { support: 3, at: (x) => (x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - x) },
  // Keys' cubic convolution with a = -0.5
  bicubic: {
    support: 2,
    at: (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0),
  },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Binary digits of the weights' fractions. */
const DIGITS = 22;

/**
 * A picture brought to another size just as Pillow's `Image.resize` does it, to the last bit, because published models
 * were trained on its output: the filter is widened when shrinking, columns are resampled before rows, in fixed point,
 * and rounded to whole numbers in between.
 */
export function resample(picture: RgbPicture, height: number, width: number, filter: Filter): RgbPicture {
  const narrow = picture.width === width ? picture : across(picture, width, filter);
  return narrow.height === height ? narrow : down(narrow, height, filter);
}

/** For each new point: the first old one it looks at, and its weights from there on. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** [new points, most taps] */
  readonly weights: Int32Array;
  readonly most: number;
}

function taps(old: number, length: number, filter: Filter): Taps {
  const kernel = KERNELS[filter];
  const step = old / length;
  const stretch = Math.max(step, 1);
  const reach = kernel.support * stretch;
  const most = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Int32Array(length * most);
  for (let i = 0; i < length; i++) {
    const centre = (i + 0.5) * step;
    const from = Math.max(0, Math.trunc(centre - reach + 0.5));
    const to = Math.min(old, Math.trunc(centre + reach + 0.5));
    const exact = Array.from({ length: to - from }, (_, j) => kernel.at(Math.abs((j + from - centre + 0.5) / stretch)));
    const total = sum(exact);
    first[i] = from;
    count[i] = to - from;
    exact.forEach((weight, j) => {
      const scaled = (weight / total) * 2 ** DIGITS;
      weights[i * most + j] = Math.trunc(scaled + (scaled < 0 ? -0.5 : 0.5));
    });
  }
  return { first, count, weights, most };
}

function across({ height, width: old, pixels }: RgbPicture, width: number, filter: Filter): RgbPicture {
  const { first, count, weights, most } = taps(old, width, filter);
  const out = new Uint8Array(height * width * 3);
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) {
      const base = (y * old + first[x]!) * 3;
      weigh(pixels, base, 3, weights, x * most, count[x]!, out, (y * width + x) * 3);
    }
  return { height, width, pixels: out };
}

function down({ height: old, width, pixels }: RgbPicture, height: number, filter: Filter): RgbPicture {
  const { first, count, weights, most } = taps(old, height, filter);
  const out = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const base = (first[y]! * width + x) * 3;
      weigh(pixels, base, 3 * width, weights, y * most, count[y]!, out, (y * width + x) * 3);
    }
  return { height, width, pixels: out };
}

/** The weighted sum of `count` pixels, `stride` bytes apart, of all three channels. */
function weigh(
  pixels: Uint8Array,
  base: number,
  stride: number,
  weights: Int32Array,
  offset: number,
  count: number,
  out: Uint8Array,
  target: number,
): void {
  let [red, green, blue] = [1 << (DIGITS - 1), 1 << (DIGITS - 1), 1 << (DIGITS - 1)];
  for (let j = 0; j < count; j++) {
    const weight = weights[offset + j]!;
    const at = base + j * stride;
    red += pixels[at]! * weight;
    green += pixels[at + 1]! * weight;
    blue += pixels[at + 2]! * weight;
  }
  out[target] = clipped(red >> DIGITS);
  out[target + 1] = clipped(green >> DIGITS);
  out[target + 2] = clipped(blue >> DIGITS);
}

const clipped = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);
