import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { check, InputError } from '../../lib/errors';
import { repositoryRoot } from '../../lib/root';
import type { Dataset } from '../../lib/data/dataset';
import { fileDataset } from './file-dataset';
import { classesOf, groupsIn, hierarchyFile, proposeHierarchy } from './image-folder/classes';
import { listImages, passedOver, passedOverWords } from './image-folder/list';
import { withoutImages } from './image-folder/lost';
import { partsOf } from './image-folder/parts';
import { imagesIn } from './image-folder/scan';
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
  const { hierarchy: groupsFile = hierarchyFile(root), split, name, title, cropBottom } = settings;
  const listing = listImages(root, [groupsFile, typeof split === 'string' ? split : undefined]);
  const unused = passedOver(listing);
  try {
    const images = imagesIn(root, listing.images);
    const { hierarchy, fineOf } = classesOf(root, images, settings);
    const listed = groupsFile && groupsFile !== 'last-word' ? groupsIn(path.join(root, groupsFile)).keys() : [];
    const absent = withoutImages(root, listing, listed);
    if (absent.length)
      unused.push({ kind: `class of ${groupsFile} without a folder`, count: absent.length, example: absent[0]! });
    const labelled = images.map((image) => ({ path: image.path, fine: fineOf(image) }));
    const parts = partsOf(root, images, labelled, settings);
    return fileDataset({
      name,
      reference: `image-folder:${root}`,
      title,
      folder: root,
      hierarchy,
      cropBottom,
      passedOver: unused,
      pool: labelled.filter((_, i) => parts[i] === 'pool'),
      test: labelled.filter((_, i) => parts[i] === 'test'),
    });
  } catch (error) {
    if (!unused.length || !(error instanceof InputError)) throw error;
    throw new InputError(`${error.message} (passed over: ${passedOverWords(unused)})`);
  }
}

/** The text of a `hierarchy.csv` for a folder of fine classes: the last word of each name. */
export function proposedHierarchy(folder: string): string {
  const root = existingFolder(folder);
  return proposeHierarchy(imagesIn(root, listImages(root).images));
}

/** The full path of a folder that must be there. */
export function existingFolder(folder: string): string {
  const full = path.resolve(repositoryRoot, folder.replace(/^~(?=[/\\]|$)/, homedir()));
  check(folder && existsSync(full), `There is no folder "${full}"; give an absolute path, or one from the repository`);
  return full;
}
