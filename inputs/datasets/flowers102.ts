import { readFileSync } from 'node:fs';
import path from 'node:path';
import { check } from '../../lib/errors';
import { repositoryRoot } from '../../lib/root';
import { dataRoot } from './data-root';
import type { Dataset } from '../../lib/data/dataset';
import { fileDataset, type LabelledFile } from './file-dataset';
import { createHierarchy } from '../../lib/data/hierarchy';
import { fileReader, linesOf } from './list-file';
import { matArrays } from './mat-file';

/** The folder that the download makes. */
export const flowersFolder = 'flowers-102';

const speciesFile = path.join(repositoryRoot, 'inputs', 'datasets', 'flowers102-species.tsv');

/** The 102 species in the order of their labels, each with its botanical family; the archive names neither. */
export const flowerSpecies = (): [species: string, family: string][] =>
  linesOf(readFileSync(speciesFile, 'utf8'))
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split('\t') as [string, string]);

/**
 * Oxford Flowers-102 (Nilsback and Zisserman, ICVGIP 2008): photos of 102 species in 46 botanical families; the official
 * split, its 1,020 training and 1,020 validation images as pool and 6,149 test images.
 * @param root The folder that holds `flowers-102`.
 * @throws InputError if the files are not there, naming the download command, or do not fit together.
 */
export async function flowers102(root = dataRoot()): Promise<Dataset> {
  const folder = path.join(root, flowersFolder);
  const arrays = fileReader(folder, 'flowers102', (file) => matArrays(readFileSync(file), file));
  const array = (file: string, name: string): Float64Array => {
    const found = arrays(file).get(name);
    check(found, () => `${path.join(folder, file)} has no array "${name}"; expected the original file`);
    return found;
  };
  const hierarchy = createHierarchy(flowerSpecies());
  const labels = array('imagelabels.mat', 'labels');
  const partOf = new Map<number, string>();
  const part = (name: string): LabelledFile[] =>
    Array.from(array('setid.mat', name), (image) => {
      const label = labels[image - 1];
      check(label !== undefined, () => `${folder}: setid.mat names image ${image}; expected 1 to ${labels.length}`);
      check(
        hierarchy.fine[label - 1] !== undefined,
        () => `${folder}: image ${image} has label ${label}; expected 1 to ${hierarchy.fine.length}`,
      );
      check(!partOf.has(image), () => `${folder}: image ${image} is in both ${partOf.get(image)} and ${name}`);
      partOf.set(image, name);
      return { path: `jpg/image_${String(image).padStart(5, '0')}.jpg`, fine: label - 1 };
    });
  return fileDataset({
    name: 'flowers102',
    title: 'Oxford Flowers-102',
    folder,
    hierarchy,
    pool: [...part('trnid'), ...part('valid')],
    test: part('tstid'),
  });
}
