import path from 'node:path';
import { check } from '../../lib/errors';
import { dataRoot } from './data-root';
import type { Dataset } from '../../lib/data/dataset';
import { fileDataset, type LabelledFile } from './file-dataset';
import { createHierarchy } from '../../lib/data/hierarchy';
import { listReader } from './list-file';

/** The folder that the download makes. */
export const petsFolder = 'oxford-iiit-pet';

/** Groups by their numbers in the lists. */
const species: Readonly<Record<string, string>> = { '1': 'cat', '2': 'dog' };

/**
 * Oxford-IIIT Pet (Parkhi et al., CVPR 2012): photos of 37 breeds, 12 of cats and 25 of dogs, which are the two groups;
 * the official split, 3,680 trainval images as pool and 3,669 test images.
 * @param root The folder that holds `oxford-iiit-pet`.
 * @throws InputError if the archives are not there, naming the download command, or their lists do not fit together.
 */
export async function oxfordPets(root = dataRoot()): Promise<Dataset> {
  const folder = path.join(root, petsFolder);
  const lines = listReader(folder, 'oxford-pets');
  const breeds = new Map<number, readonly [breed: string, group: string]>();
  const part = (name: string): LabelledFile[] =>
    lines(`annotations/${name}.txt`).map((line) => {
      const [, image, stem, number, kind] = /^((\w+)_\d+) (\d+) ([12]) \d+$/.exec(line) ?? [];
      check(
        image && stem && Number(number),
        () => `${folder}: ${name}.txt has "${line}"; expected an image, its class from 1, 1 or 2, and a number`,
      );
      const [breed, group] = [stem.replaceAll('_', ' '), species[kind!]!];
      const [before, groupBefore] = breeds.get(Number(number)) ?? [breed, group];
      check(
        before === breed && groupBefore === group,
        () => `${folder}: class ${number} is both ${before} (${groupBefore}) and ${breed} (${group})`,
      );
      breeds.set(Number(number), [breed, group]);
      return { path: `images/${image}.jpg`, fine: Number(number) - 1 };
    });
  const [pool, test] = [part('trainval'), part('test')];
  const classes = [...breeds].sort(([a], [b]) => a - b);
  check(
    classes.every(([number], k) => number === k + 1),
    () => `${folder}: the lists have classes ${classes.map(([number]) => number).join(', ')}; expected all from 1`,
  );
  return fileDataset({
    name: 'oxford-pets',
    title: 'Oxford-IIIT Pet',
    folder,
    hierarchy: createHierarchy(classes.map(([, names]) => names)),
    pool,
    test,
  });
}
