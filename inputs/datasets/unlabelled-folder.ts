import { existsSync } from 'node:fs';
import path from 'node:path';
import { check } from '../../lib/errors';
import { readText } from '../../lib/text-file';
import type { Dataset } from '../../lib/data/dataset';
import { fileDataset } from './file-dataset';
import { createHierarchy } from '../../lib/data/hierarchy';
import { existingFolder } from './image-folder';
import { csvPairs, groupsIn, hierarchyFile, withDescriptions } from './image-folder/classes';
import { imageEndings, listImages, passedOver } from './image-folder/list';
import { imagePath } from './image-folder/parts';
import { readSettings } from './image-folder/settings';

export interface UnlabelledOptions {
  /** The file in the folder that lists the classes, "fine,coarse" a line: `hierarchy.csv` or `hierarchy.json`. */
  readonly classes?: string;
  /** The file in the folder that holds the labels known so far, "path,label" a line: `labels.csv`, if there is one. */
  readonly labels?: string;
}

/**
 * Images that nobody has labelled, or only some: all of a folder, at any depth, sorted by path, are the pool; fine label
 * -1 is unknown; there is no test set. Its `dataset.json` may give name, title, hierarchy and cropBottom.
 * @param folder Relative to the repository, or absolute; `~/` is your home.
 * @throws InputError for a folder without images or classes, a label that is no class, a path that is no image.
 */
export async function unlabelledFolder(folder: string, options: UnlabelledOptions = {}): Promise<Dataset> {
  const root = existingFolder(folder);
  const settings = readSettings(root);
  const { classes = settings.hierarchy ?? hierarchyFile(root) ?? 'hierarchy.csv', labels } = options;
  const groups = groupsIn(path.join(root, classes));
  const hierarchy = withDescriptions(createHierarchy(groups), path.join(root, classes));
  const listing = listImages(root, [classes, labels]);
  check(listing.images.length, `${root} has no images (${imageEndings.join(' ')})`);
  const file = path.join(root, labels ?? 'labels.csv');
  check(labels === undefined || existsSync(file), `${file} is missing; expected a CSV file with lines "path,label"`);
  const fineOf = existsSync(file) ? labelsIn(file, listing.images, hierarchy.fine) : new Map<string, number>();
  const { name, title, cropBottom } = settings;
  return fileDataset({
    name,
    reference: `unlabelled-folder:${root}`,
    title,
    folder: root,
    hierarchy,
    cropBottom,
    open: true,
    passedOver: passedOver(listing),
    pool: listing.images.map((image) => ({ path: image, fine: fineOf.get(image.normalize('NFC')) ?? -1 })),
    test: [],
  });
}

function labelsIn(file: string, images: readonly string[], classes: readonly string[]): Map<string, number> {
  const known = new Set(images.map((image) => image.normalize('NFC')));
  const index = new Map(classes.map((name, k) => [name, k]));
  const labels = new Map<string, number>();
  for (const [given, label] of csvPairs(readText(file), file, ['path', 'label'])) {
    const [name, fine] = [imagePath(given), index.get(label.normalize('NFC'))];
    check(known.has(name), `${file}: "${name}" is no image of this folder; expected a path below it`);
    check(fine !== undefined, `${file}: "${name}" has label "${label}"; expected a fine class of the hierarchy`);
    check(!labels.has(name), `${file}: "${name}" is listed twice`);
    labels.set(name, fine);
  }
  return labels;
}
