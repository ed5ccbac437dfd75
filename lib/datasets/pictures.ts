import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { InputError } from '../errors';
import type { Split } from './dataset';

/** Images that lie in files, of any size and format; decoded when they are needed. */
export interface ImageFiles {
  readonly folder: string;
  /** One an image, relative to `folder`. */
  readonly paths: readonly string[];
  /** Pixel rows to cut off at the bottom of each: Aircraft's copyright banner. */
  readonly cropBottom?: number;
}

/** A picture as files hold it. */
export interface EncodedPicture {
  readonly bytes: Buffer;
  readonly mimeType: 'image/png' | 'image/jpeg';
}

/** A picture as features are computed from it: RGB, upright, row by row, channel last. */
export interface RgbPicture {
  readonly height: number;
  readonly width: number;
  /** Length height * width * 3. */
  readonly pixels: Uint8Array;
}

/**
 * Image `i` of a split as an annotator is shown it: PNG for images held as pixels, JPEG (upright, cropped) for files.
 * @throws InputError naming the file that cannot be read or decoded, or a split without images.
 */
export function encodedPicture(split: Split, i: number): Promise<EncodedPicture> {
  return withPicture(split, i, async (picture) =>
    split.images
      ? { bytes: await picture.png().toBuffer(), mimeType: 'image/png' }
      : { bytes: await picture.jpeg({ quality: 92 }).toBuffer(), mimeType: 'image/jpeg' },
  );
}

/**
 * Image `i` of a split, decoded.
 * @throws InputError naming the file that cannot be read or decoded, or a split without images.
 */
export function rgbPicture(split: Split, i: number): Promise<RgbPicture> {
  return withPicture(split, i, async (picture) => {
    const raw = picture.toColourspace('srgb').removeAlpha().raw();
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    return { height: info.height, width: info.width, pixels: new Uint8Array(data) };
  });
}

async function withPicture<T>({ images, files }: Split, i: number, use: (picture: Sharp) => Promise<T>): Promise<T> {
  if (images) {
    const { height, width, channels, pixels } = images;
    const size = height * width * channels;
    return use(sharp(pixels.subarray(i * size, (i + 1) * size), { raw: { height, width, channels } }));
  }
  const name = files?.paths[i];
  if (!files || name === undefined) throw new InputError(`There is no image ${i}; this data set has no images`);
  const file = path.join(files.folder, name);
  try {
    return await use(await cropped(sharp(await readFile(file)).rotate(), files.cropBottom ?? 0));
  } catch (error) {
    throw new InputError(`Cannot read the image ${file}: ${(error as Error).message}; replace it or leave it out`);
  }
}

async function cropped(upright: Sharp, bottom: number): Promise<Sharp> {
  if (!bottom) return upright;
  const { data, info } = await upright.png({ compressionLevel: 0 }).toBuffer({ resolveWithObject: true });
  return sharp(data).extract({ left: 0, top: 0, width: info.width, height: Math.max(1, info.height - bottom) });
}
