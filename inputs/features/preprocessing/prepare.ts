import type { RgbPicture } from '../../../lib/data/pictures';
import { check } from '../../../lib/errors';
import type { Preprocessing } from './config';
import { resample } from './resample';

/** The picture resized and cropped, still in whole numbers 0-255. */
export function fitted(picture: RgbPicture, { resize, crop, filter }: Preprocessing): RgbPicture {
  const { height, width } = picture;
  let target = { height, width };
  if (resize && 'shortest' in resize) {
    const [short, long] = [Math.min(height, width), Math.max(height, width)];
    const other = Math.trunc((resize.shortest * long) / short);
    target = height < width ? { height: resize.shortest, width: other } : { height: other, width: resize.shortest };
  } else if (resize) target = resize;
  const resized = resample(picture, target.height, target.width, filter);
  return crop ? cropped(resized, crop.height, crop.width) : resized;
}

/** The middle of a picture, as Hugging Face's `center_crop` takes it; black where there is none. */
function cropped(picture: RgbPicture, height: number, width: number): RgbPicture {
  if (picture.height === height && picture.width === width) return picture;
  const out = new Uint8Array(height * width * 3);
  const start = (old: number, length: number): number =>
    old >= length ? Math.floor((old - length) / 2) : -Math.ceil((length - old) / 2);
  const [top, left] = [start(picture.height, height), start(picture.width, width)];
  const [from, to] = [Math.max(0, left), Math.min(picture.width, left + width)];
  for (let y = Math.max(0, top); y < Math.min(picture.height, top + height); y++) {
    const row = picture.pixels.subarray((y * picture.width + from) * 3, (y * picture.width + to) * 3);
    out.set(row, ((y - top) * width + from - left) * 3);
  }
  return { height, width, pixels: out };
}

/**
 * Writes a fitted picture into `out`, channel by channel: (scale * pixel - mean) / deviation, then blue first if asked for.
 * @throws InputError if it is of another size than `out`, which happens where the configuration neither resizes nor crops.
 */
export function normalise({ height, width, pixels }: RgbPicture, how: Preprocessing, out: Float32Array): void {
  const { scale, mean, deviation, flip } = how;
  const size = height * width;
  check(
    out.length === 3 * size,
    `An image of ${height} x ${width} pixels for a model that takes ${out.length / 3}; give a preprocessing that resizes`,
  );
  for (let channel = 0; channel < 3; channel++) {
    const from = flip ? 2 - channel : channel;
    const [factor, offset] = [scale / deviation[from]!, mean[from]! / deviation[from]!];
    for (let p = 0; p < size; p++) out[channel * size + p] = pixels[3 * p + from]! * factor - offset;
  }
}
