import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Split } from './dataset';
import { inParallel } from './over-pictures';

/**
 * A hash that tells a split's images from others: of the pixels, or of the files' names, sizes and times of change,
 * for which no file is read.
 */
export async function fingerprint({ images, files }: Split): Promise<string> {
  const hash = createHash('sha256');
  if (images) {
    const { pixels, ...shape } = images;
    hash.update(JSON.stringify(shape)).update(pixels);
  } else if (files) {
    hash.update(JSON.stringify({ cropBottom: files.cropBottom ?? 0 }));
    const states = await inParallel(files.paths, async (name) => {
      const { size, mtimeMs } = await stat(path.join(files.folder, name));
      return [name, size, mtimeMs];
    });
    states.forEach((state, i) => hash.update(JSON.stringify(state instanceof Error ? [files.paths[i]] : state)));
  }
  return hash.digest('hex');
}
