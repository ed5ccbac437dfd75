import path from 'node:path';
import { check } from '../../lib/errors';
import { dataRoot } from './data-root';
import type { Dataset } from '../../lib/data/dataset';
import { fileDataset, type LabelledFile } from './file-dataset';
import { createHierarchy } from '../../lib/data/hierarchy';
import { keyed, listReader } from './list-file';

/** The archive's folder. */
export const aircraftFolder = 'fgvc-aircraft-2013b';

/** Height in pixels of the copyright banner at the bottom of every photo. */
const BANNER = 20;

/**
 * FGVC-Aircraft 2013b (Maji et al., 2013, arXiv 1306.5151): photos of 100 aircraft variants of 30 manufacturers, the
 * copyright banner cut off; the official split, 6,667 trainval images as pool and 3,333 test images.
 * @param root The folder that holds `fgvc-aircraft-2013b`.
 * @throws InputError if the archive is not there, naming the download command, or its lists do not fit together.
 */
export async function fgvcAircraft(root = dataRoot()): Promise<Dataset> {
  const folder = path.join(root, aircraftFolder, 'data');
  const lines = listReader(folder, 'fgvc-aircraft');
  const list = (name: string): Map<string, string> => keyed(lines(name), path.join(folder, name));
  const variants = lines('variants.txt');
  const makers = new Set(lines('manufacturers.txt'));
  const index = new Map(variants.map((name, k) => [name, k]));
  const makerOf = new Map<string, string>();
  const part = (name: 'trainval' | 'test'): LabelledFile[] => {
    const manufacturers = list(`images_manufacturer_${name}.txt`);
    return [...list(`images_variant_${name}.txt`)].map(([id, variant]) => {
      const [fine, maker] = [index.get(variant), manufacturers.get(id)];
      check(fine !== undefined, () => `${folder}: image ${id} has variant "${variant}"; expected one of variants.txt`);
      check(
        maker !== undefined && makers.has(maker),
        () => `${folder}: image ${id} has manufacturer "${maker}"; expected one of manufacturers.txt`,
      );
      const before = makerOf.get(variant) ?? maker;
      check(before === maker, () => `${folder}: variant "${variant}" is made by both "${before}" and "${maker}"`);
      makerOf.set(variant, maker);
      return { path: `images/${id}.jpg`, fine };
    });
  };
  const [pool, test] = [part('trainval'), part('test')];
  return fileDataset({
    name: 'fgvc-aircraft',
    title: 'FGVC-Aircraft',
    folder,
    hierarchy: createHierarchy(variants.map((variant) => [variant, makerOf.get(variant)])),
    pool,
    test,
    cropBottom: BANNER,
  });
}
