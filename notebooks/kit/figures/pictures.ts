import sharp from 'sharp';
import type { Split } from '../../../lib/data/dataset';
import { encodedPicture } from '../../../lib/data/pictures';

/** A picture small enough to be put inside a figure. */
export interface Picture {
  /** A data URI: PNG or JPEG. */
  readonly uri: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** No larger than it is drawn at twice the size. */
const largest = 256;

/**
 * Images of a split, for figures: those held as pixels as they are, those in files made smaller.
 * @throws InputError naming the file that cannot be read, or a split without images.
 */
export function picturesOf(split: Split, rows: Iterable<number>): Promise<Picture[]> {
  return Promise.all(Array.from(rows, (i) => pictureOf(split, i)));
}

async function pictureOf(split: Split, i: number): Promise<Picture> {
  const { bytes, mimeType } = await encodedPicture(split, i);
  const box = { width: largest, height: largest, fit: 'inside', withoutEnlargement: true } as const;
  const small = sharp(bytes).resize(box);
  const encoded = mimeType === 'image/png' ? small.png({ compressionLevel: 9 }) : small.jpeg({ quality: 80 });
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  return { uri: `data:${mimeType};base64,${data.toString('base64')}`, width: info.width, height: info.height };
}
