import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../../lib/data/dataset';
import { encodedPicture } from '../../lib/data/pictures';
import { createRandom } from '../../lib/random';
import { repositoryRoot } from '../../lib/root';
import { formatCsv } from '../../inputs/datasets/image-folder/csv';

export interface ExampleFolder {
  /** Groups and fine classes of each that are taken, the first ones. */
  readonly groups: number;
  readonly classes: number;
  /** Images of each fine class. */
  readonly pool: number;
  readonly test: number;
}

/** Pictures without labels, and what is known of them all the same. */
export interface UnlabelledFolder {
  /** Relative to the repository. */
  readonly folder: string;
  readonly data: Dataset;
  /** File name -> row of the data set's pool. */
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * Writes pool images of some classes as one would find them before anybody has labelled them: `0001.png`, ..., in no order, and a
 * `hierarchy.csv` of these classes.
 * @param classes evenly spread over the data set's. @param count images in all.
 */
export async function writeUnlabelledFolder(
  data: Dataset,
  folder: string,
  { classes, count }: { readonly classes: number; readonly count: number },
): Promise<UnlabelledFolder> {
  const { fine, coarse, groupOf } = data.hierarchy;
  const chosen = Array.from({ length: classes }, (_, k) => Math.floor((k * fine.length) / classes));
  const place = path.join(repositoryRoot, folder);
  mkdirSync(place, { recursive: true });
  const groups = chosen.map((k) => [fine[k]!, coarse[groupOf[k]!]!]);
  writeUnlessSame(path.join(place, 'hierarchy.csv'), formatCsv([['fine', 'coarse'], ...groups]));
  const members = [...data.pool.fine.keys()].filter((i) => chosen.includes(data.pool.fine[i]!));
  const order = createRandom(0).stream('unlabelled').permutation(members.length).slice(0, count);
  const rows = new Map(Array.from(order, (at, n) => [`${String(n + 1).padStart(4, '0')}.png`, members[at]!] as const));
  for (const [name, row] of rows) writeUnlessSame(path.join(place, name), (await encodedPicture(data.pool, row)).bytes);
  return { folder, data, rows };
}

/** A file written again would look changed to the cache of features. */
function writeUnlessSame(file: string, bytes: Uint8Array | string): void {
  if (!existsSync(file) || !readFileSync(file).equals(Buffer.from(bytes))) writeFileSync(file, bytes);
}

/**
 * Writes some of a data set's images as files, as a folder of one's own would hold them: `train/GROUP/CLASS/NUMBER.png` and the
 * same below `test/`. Files that are there already stay as they are.
 * @param folder relative to the repository.
 * @returns the folder.
 */
export async function writeExampleFolder(data: Dataset, folder: string, size: ExampleFolder): Promise<string> {
  const { fine, coarse, groupOf } = data.hierarchy;
  for (let group = 0; group < Math.min(size.groups, coarse.length); group++) {
    const members = fine.flatMap((_, k) => (groupOf[k] === group ? [k] : [])).slice(0, size.classes);
    for (const k of members)
      for (const [split, part, count] of [
        ['train', data.pool, size.pool],
        ['test', data.test, size.test],
      ] as const) {
        const place = path.join(repositoryRoot, folder, split, coarse[group]!, fine[k]!);
        mkdirSync(place, { recursive: true });
        const rows = [...part.fine.keys()].filter((i) => part.fine[i] === k).slice(0, count);
        for (const [n, i] of rows.entries()) {
          const { bytes } = await encodedPicture(part, i);
          writeUnlessSame(path.join(place, `${String(n + 1).padStart(3, '0')}.png`), bytes);
        }
      }
  }
  return folder;
}
