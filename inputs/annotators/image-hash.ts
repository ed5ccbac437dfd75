import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Split } from '../../lib/data/dataset';
import { check, InputError } from '../../lib/errors';

/**
 * sha256 (hex) of what image `i` shows, whatever program encodes it for sending: of its pixels where they are embedded,
 * else of its file and how it is cropped.
 * @throws InputError for a file that cannot be read, or a data set without images.
 */
export async function imageHash({ images, files }: Split, i: number): Promise<string> {
  const hash = createHash('sha256');
  if (images) {
    const { height, width, channels, pixels } = images;
    const size = height * width * channels;
    return hash
      .update(`${height}x${width}x${channels}:`)
      .update(pixels.subarray(i * size, (i + 1) * size))
      .digest('hex');
  }
  const name = files?.paths[i];
  check(files && name !== undefined, `There is no image ${i}; an annotator can only be shown a data set with images`);
  const file = path.join(files.folder, name);
  const bytes = await readFile(file).catch((error: Error) => {
    throw new InputError(`Cannot read the image ${file}: ${error.message}; replace it or leave it out`);
  });
  return hash
    .update(`file, ${files.cropBottom ?? 0} rows cropped:`)
    .update(bytes)
    .digest('hex');
}
