import sharp, { type Sharp } from 'sharp';
import { check, InputError } from '../../lib/errors';
import { npmRun } from '../../lib/command-line';
import type { Images, Split } from '../../lib/data/dataset';
import { overPictures, type OnImage } from '../../lib/data/over-pictures';
import { sizeOf, withPicture } from '../../lib/data/pictures';

/** What images are brought to. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  /** 1: gray, 3: RGB. */
  readonly channels: 1 | 3;
}

const NO_IMAGES = 'This split has neither images nor image files; expected one of them';

/**
 * All images of a split at one size: as they are if they are held as pixels; files are decoded, on all cores, scaled
 * to fit with their proportions kept, and what is left at the sides is filled with the mirrored image, so that no
 * edges arise that are not in the picture.
 * @throws InputError naming the files that cannot be read, after all the others were; for a split without images.
 */
export async function imagesOf(split: Split, size: ImageSize, onImage?: OnImage): Promise<Images> {
  const { images, files } = split;
  if (images) return images;
  check(files, NO_IMAGES);
  const { height, width, channels } = size;
  const length = height * width * channels;
  const pixels = new Uint8Array(files.paths.length * length);
  const outcomes = await overPictures(
    split,
    async (picture, i) => pixels.set(await pixelsOf(picture, size), i * length),
    onImage,
  );
  refuseFaults(outcomes, files.reference);
  return { count: files.paths.length, height, width, channels, pixels };
}

/**
 * The smallest size that holds every image of the split without shrinking one, but at most `most` pixels in height and
 * width: images that are all small and alike stay as they are. Files that cannot be read are passed over.
 */
export async function commonSize(split: Split, most: number): Promise<{ height: number; width: number }> {
  const { images, files } = split;
  if (images) return images;
  check(files, NO_IMAGES);
  let [height, width] = [1, 1];
  for (let i = 0; i < files.paths.length && Math.min(height, width) < most; i++) {
    const size = await withPicture(split, i, (picture) => sizeOf(picture, files.cropBottom)).catch(() => undefined);
    if (size) [height, width] = [Math.max(height, size.height), Math.max(width, size.width)];
  }
  return { height: Math.min(height, most), width: Math.min(width, most) };
}

/** One picture scaled to fit inside `size`, its sides mirrored where it leaves room. */
async function pixelsOf(picture: Sharp, { height, width, channels }: ImageSize): Promise<Uint8Array> {
  const space = channels === 1 ? 'b-w' : 'srgb';
  const { data, info } = await picture
    .resize({ height, width, fit: 'inside' })
    .toColourspace(space)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [free, spare] = [height - info.height, width - info.width];
  if (!free && !spare) return data;
  const [top, left] = [free >> 1, spare >> 1];
  return sharp(data, { raw: { height: info.height, width: info.width, channels } })
    .extend({ top, bottom: free - top, left, right: spare - left, extendWith: 'mirror' })
    .toColourspace(space)
    .raw()
    .toBuffer();
}

const SHOWN = 10;

function refuseFaults(outcomes: readonly unknown[], reference = 'NAME'): void {
  const faults = outcomes.flatMap((outcome) => (outcome instanceof Error ? [outcome.message] : []));
  if (!faults.length) return;
  const more = faults.length > SHOWN ? [`and ${faults.length - SHOWN} more`] : [];
  throw new InputError(
    [
      `${faults.length} of ${outcomes.length} images cannot be read:`,
      ...faults.slice(0, SHOWN),
      ...more,
      `To have them left out, with a report of all of them: ${npmRun('dataset', reference, '--check')}`,
    ].join('\n'),
  );
}
