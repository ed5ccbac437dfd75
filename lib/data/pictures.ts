import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { check, InputError } from '../errors';
import type { Split } from './dataset';

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

/** More than any camera takes; a small file that claims to be larger is not decoded. */
const MOST_PIXELS = 2 ** 27;

/**
 * Image `i` of a split as an annotator is shown it: PNG for images held as pixels, JPEG (upright, cropped, on white
 * where it is transparent) for files.
 * @param most shrinks a larger file's picture to this many pixels in height and width.
 * @throws InputError naming the file that cannot be read or decoded, or a split without images.
 */
export function encodedPicture(split: Split, i: number, most?: number): Promise<EncodedPicture> {
  return withPicture(split, i, async (picture) =>
    split.images
      ? { bytes: await picture.png().toBuffer(), mimeType: 'image/png' }
      : {
          bytes: await shrunk(picture, most).toColourspace('srgb').jpeg({ quality: 92 }).toBuffer(),
          mimeType: 'image/jpeg',
        },
  );
}

const shrunk = (picture: Sharp, most?: number): Sharp =>
  most === undefined ? picture : picture.resize({ width: most, height: most, fit: 'inside', withoutEnlargement: true });

/**
 * Image `i` of a split, decoded.
 * @throws InputError naming the file that cannot be read or decoded, or a split without images.
 */
export function rgbPicture(split: Split, i: number): Promise<RgbPicture> {
  return withPicture(split, i, async (picture) => {
    const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    return { height: info.height, width: info.width, pixels: new Uint8Array(data) };
  });
}

/**
 * Gives `use` image `i` of a split: upright, without its banner, on white where it is transparent; nothing is decoded
 * yet. Harmless faults of a file are passed over; an image cut short is refused.
 * @throws InputError naming the file that cannot be read or decoded, or a split without images.
 */
export async function withPicture<T>(
  { images, files }: Split,
  i: number,
  use: (picture: Sharp) => Promise<T>,
): Promise<T> {
  if (images) {
    const { height, width, channels, pixels } = images;
    const size = height * width * channels;
    return use(sharp(pixels.subarray(i * size, (i + 1) * size), { raw: { height, width, channels } }));
  }
  const name = files?.paths[i];
  if (!files) throw new InputError(`There is no image ${i}: this data set has no images, only features`);
  if (name === undefined)
    throw new InputError(`There is no image ${i}; this part of the data set has ${files.paths.length}`);
  const file = path.join(files.folder, name);
  try {
    const picture = sharp(await readFile(file), { failOn: 'error', limitInputPixels: MOST_PIXELS }).autoOrient();
    if (/\.tiff?$/i.test(name)) await refuseDepths(picture);
    return await use(await withoutBottom(picture.flatten({ background: '#ffffff' }), files.cropBottom ?? 0));
  } catch (error) {
    throw new InputError(`Cannot read the image ${file}: ${reason(error)}; replace it or leave it out`);
  }
}

/** Height and width of a picture, as it stands upright and cropped, from the file's head. */
export async function sizeOf(picture: Sharp, cropBottom = 0): Promise<{ height: number; width: number }> {
  const { height, width } = (await picture.metadata()).autoOrient;
  return { height: Math.max(1, height - cropBottom), width };
}

/** Fractions of 1 would be rounded to black, and other numbers be cut off at white. */
async function refuseDepths(picture: Sharp): Promise<void> {
  const { depth = 'uchar' } = await picture.metadata();
  check(/^u(?:char|short)$/.test(depth), `its pixels are ${depth} numbers; save it with 8 or 16 bits a channel`);
}

async function withoutBottom(picture: Sharp, bottom: number): Promise<Sharp> {
  return bottom ? picture.extract({ left: 0, top: 0, ...(await sizeOf(picture, bottom)) }) : picture;
}

/** What went wrong, in one line and without the path, which the message names already. */
function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it is missing';
  return message.trim().split('\n').at(-1)!;
}
