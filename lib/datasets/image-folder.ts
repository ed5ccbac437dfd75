import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { check } from '../errors';
import { repositoryRoot } from '../root';
import type { Dataset } from './dataset';
import { fileDataset } from './file-dataset';
import { classesOf, proposeHierarchy } from './image-folder/classes';
import { passedOver } from './image-folder/list';
import { partsOf } from './image-folder/parts';
import { scanImages } from './image-folder/scan';
import { readSettings } from './image-folder/settings';

/**
 * Your own images: `coarse/fine/IMAGE`, or `fine/IMAGE` with a hierarchy, each also below `train/` and `test/`. What the
 * folders do not say, `hierarchy.csv`, `split.csv` and `dataset.json` in the folder do (see `image-folder/settings.ts`).
 * @param folder Relative to the repository, or absolute; `~/` is your home.
 * @throws InputError saying what of this is missing or does not fit.
 */
export async function imageFolder(folder: string): Promise<Dataset> {
  const root = existingFolder(folder);
  const settings = readSettings(root);
  const found = scanImages(root, settings);
  const { images } = found;
  const { hierarchy, fineOf } = classesOf(root, images, settings);
  const labelled = images.map((image) => ({ path: image.path, fine: fineOf(image) }));
  const parts = partsOf(root, images, labelled, settings);
  const { name, title, cropBottom } = settings;
  return fileDataset({
    ...{ name, title, folder: root, hierarchy, cropBottom, passedOver: passedOver(found) },
    pool: labelled.filter((_, i) => parts[i] === 'pool'),
    test: labelled.filter((_, i) => parts[i] === 'test'),
  });
}

/** The text of a `hierarchy.csv` for a folder of fine classes: the last word of each name. */
export const proposedHierarchy = (folder: string): string =>
  proposeHierarchy(scanImages(existingFolder(folder)).images);

/** The full path of a folder that must be there. */
export function existingFolder(folder: string): string {
  const full = path.resolve(repositoryRoot, folder.replace(/^~(?=[/\\]|$)/, homedir()));
  check(
    folder && existsSync(full),
    `There is no folder "${full}"; give image-folder: an absolute path, or one from the repository`,
  );
  return full;
}
