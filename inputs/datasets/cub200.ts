import path from 'node:path';
import { check } from '../../lib/errors';
import { dataRoot } from './data-root';
import type { Dataset } from '../../lib/data/dataset';
import { fileDataset, type LabelledFile } from './file-dataset';
import { hierarchyByLastWord } from '../../lib/data/hierarchy';
import { keyed, listReader } from './list-file';

/** The archive's folder. */
export const cub200Folder = 'CUB_200_2011';

/**
 * CUB-200-2011 (Wah et al., Caltech 2011): photos of 200 bird species in 70 groups, a species' group being the last word
 * of its name ("Laysan Albatross" -> "Albatross"); the official split, 5,994 training images as pool and 5,794 test
 * images, in the archive's order.
 * @param root The folder that holds `CUB_200_2011`.
 * @throws InputError if the archive is not there, naming the download command, or its lists do not fit together.
 */
export async function cub200(root = dataRoot()): Promise<Dataset> {
  const folder = path.join(root, cub200Folder);
  const lines = listReader(folder, 'cub200');
  const list = (name: string): Map<string, string> => keyed(lines(name), path.join(folder, name));
  const [classes, images, labels, training] = [
    list('classes.txt'),
    list('images.txt'),
    list('image_class_labels.txt'),
    list('train_test_split.txt'),
  ];
  const index = new Map([...classes.keys()].map((id, k) => [id, k]));
  const parts: Record<string, LabelledFile[]> = { '0': [], '1': [] };
  for (const [id, name] of images) {
    const fine = index.get(labels.get(id) ?? '');
    check(
      fine !== undefined,
      () => `${folder}: image ${id} has class "${labels.get(id)}"; expected one of classes.txt`,
    );
    const part = parts[training.get(id) ?? ''];
    check(part, () => `${folder}: train_test_split.txt has "${training.get(id)}" for image ${id}; expected 0 or 1`);
    part.push({ path: `images/${name}`, fine });
  }
  return fileDataset({
    name: 'cub200',
    title: 'CUB-200-2011, birds',
    folder,
    hierarchy: hierarchyByLastWord([...classes.values()].map(speciesName)),
    pool: parts['1']!,
    test: parts['0']!,
  });
}

/** "001.Black_footed_Albatross" -> "Black footed Albatross". */
export const speciesName = (entry: string): string => entry.replace(/^\d+\./, '').replaceAll('_', ' ');
