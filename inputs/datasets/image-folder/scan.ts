import path from 'node:path';
import { check } from '../../../lib/errors';
import { imageEndings } from './list';

/** An image file in a folder of classes. */
export interface FoundImage {
  /** Below the folder, with slashes, as the disk spells it. */
  readonly path: string;
  /** Names of the folders it lies in, without `train` or `test`, in composed Unicode (NFC): [fine] or [coarse, fine]. */
  readonly classes: readonly string[];
  /** By the folder `train` or `test`, where the folder is so divided. */
  readonly part?: 'pool' | 'test';
}

const POOL = ['train', 'training', 'trainval', 'pool'];
const TEST = ['test', 'testing'];
const VALIDATION = ['val', 'valid', 'validation'];

/**
 * Every image in `fine/`, `coarse/fine/`, or the same below `train/` and `test/` (a `val/` beside both joins the pool,
 * beside `train/` alone it is the test set).
 * @param paths Of all images below the folder.
 * @throws InputError for a folder without images, and naming an image that lies too high, too deep, or beside `train/`.
 */
export function imagesIn(folder: string, paths: readonly string[]): FoundImage[] {
  check(
    paths.length > 0,
    `${folder} has no images (${imageEndings.join(' ')}) in folders; expected fine/IMAGE or coarse/fine/IMAGE`,
  );
  const partOf = partsAmong(new Set(paths.map((name) => name.split('/')[0]!.toLowerCase())));
  const images = paths.map((name): FoundImage => {
    const folders = name.normalize('NFC').split('/').slice(0, -1);
    const part = partOf?.(folders[0]?.toLowerCase());
    check(
      !partOf || part,
      () => `${path.join(folder, name)} lies beside train and test folders; move it into one of them`,
    );
    const classes = part ? folders.slice(1) : folders;
    check(
      classes.length === 1 || classes.length === 2,
      () =>
        `${path.join(folder, name)} lies ${classes.length} folders deep; expected fine/IMAGE or coarse/fine/IMAGE` +
        (partOf ? ' below train and test' : ''),
    );
    return { path: name, classes, ...(part && { part }) };
  });
  const depth = images[0]!.classes.length;
  const other = images.find(({ classes }) => classes.length !== depth);
  check(
    !other,
    () => `${folder} mixes fine/IMAGE and coarse/fine/IMAGE: ${images[0]!.path} and ${other!.path}; use one of them`,
  );
  return images;
}

/** Tells a top folder's part, if the top folders stand for parts. */
function partsAmong(top: Set<string>): ((name: string | undefined) => FoundImage['part'] | undefined) | undefined {
  const has = (names: readonly string[]): boolean => names.some((name) => top.has(name));
  if (!has(POOL) || !(has(TEST) || has(VALIDATION))) return undefined;
  const pool = new Set(has(TEST) ? [...POOL, ...VALIDATION] : POOL);
  const test = new Set(has(TEST) ? TEST : VALIDATION);
  return (name) => (pool.has(name ?? '') ? 'pool' : test.has(name ?? '') ? 'test' : undefined);
}
