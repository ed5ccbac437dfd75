import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../lib/data/dataset';
import { matrix, type Matrix } from '../lib/engine/matrix';
import { check } from '../lib/errors';
import { readNpy, writeNpy } from '../inputs/features/npy';
import { features } from '../inputs/features/store';

/**
 * The images' features [images, D], as they were when the project first needed them: kept in its folder, so that images which
 * vanish or change afterwards do no harm.
 * @throws InputError for images that cannot be read, or a file that does not fit.
 */
export async function describedImages(
  data: Dataset,
  extractor: string,
  out: string,
  progress: (share: number) => void,
): Promise<Matrix> {
  const file = path.join(out, 'features.npy');
  const images = data.pool.fine.length;
  if (!existsSync(file)) {
    const { pool } = await features(data, { extractor, progress });
    writeNpy(file, { shape: [pool.rows, pool.columns], data: pool.data });
    return pool;
  }
  const { shape, data: numbers } = await readNpy(file);
  check(
    shape.length === 2 && shape[0] === images && numbers instanceof Float32Array,
    `${file} has shape (${shape.join(', ')}); expected a row for each of ${images} images: remove it to compute it again`,
  );
  return matrix(images, shape[1]!, numbers);
}
