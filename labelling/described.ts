import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../lib/data/dataset';
import { matrix, stacked, type Matrix } from '../lib/engine/matrix';
import { check } from '../lib/errors';
import { extractorNamed } from '../inputs/features/extractors/registry';
import { readNpy, writeNpy } from '../inputs/features/npy';
import { features } from '../inputs/features/store';
import { datasetOf, type ProjectSetup } from './project-file';

/** Files of features in a project's folder: of the images it was begun with, and of those that joined after the first so many. */
export const featureFile = (before = 0): string => (before ? `features-${before}.npy` : 'features.npy');

/**
 * The images' features [images, D], as they were when the project first needed them: kept in its folder, so that images which
 * vanish or change afterwards do no harm.
 * @throws InputError for images that cannot be read, or a file that does not fit.
 */
export async function describedImages(
  setup: ProjectSetup,
  out: string,
  progress: (share: number) => void,
): Promise<Matrix> {
  const { folder, images, sizes, settings } = setup;
  const parts: Matrix[] = [];
  for (const [i, size] of sizes.entries()) {
    const before = sizes[i - 1] ?? 0;
    const compute = async (): Promise<Matrix> =>
      i
        ? describedAlike(setup, folder, images.slice(before, size), progress)
        : (await features(begun(setup), { extractor: settings.extractor, progress })).pool;
    parts.push(await kept(path.join(out, featureFile(before)), size - before, compute));
  }
  const [{ columns }] = parts as [Matrix];
  check(
    parts.every((part) => part.columns === columns),
    `${out}: images that joined have ${parts.map((part) => part.columns).join(' and ')} numbers each; remove features*.npy there to compute all again`,
  );
  return parts.length > 1 ? stacked(parts) : parts[0]!;
}

/** Features of other images as the project's were computed; a description that is fitted to images is fitted to the project's first ones. */
export async function describedAlike(
  setup: ProjectSetup,
  folder: string,
  paths: readonly string[],
  progress?: (share: number) => void,
): Promise<Matrix> {
  const data = begun(setup);
  const extractor = await extractorNamed(setup.settings.extractor);
  const others = { fine: new Int32Array(paths.length), files: { ...data.pool.files, folder, paths } };
  const name = `${data.name}-and-others`;
  const wanted = extractor.isFitted ? { ...data, name, test: others } : { ...data, name, pool: others };
  const { pool, test } = await features(wanted, { extractor, ...(progress && { progress }) });
  return extractor.isFitted ? test : pool;
}

/** The images that a project was begun with. */
const begun = (setup: ProjectSetup): Dataset => datasetOf({ ...setup, images: setup.images.slice(0, setup.sizes[0]) });

async function kept(file: string, rows: number, compute: () => Promise<Matrix>): Promise<Matrix> {
  if (!existsSync(file)) {
    const computed = await compute();
    writeNpy(file, { shape: [computed.rows, computed.columns], data: computed.data });
    return computed;
  }
  const { shape, data } = await readNpy(file);
  check(
    shape.length === 2 && shape[0] === rows && data instanceof Float32Array,
    `${file} has shape (${shape.join(', ')}); expected a row for each of ${rows} images: remove it to compute it again`,
  );
  return matrix(rows, shape[1]!, data);
}
