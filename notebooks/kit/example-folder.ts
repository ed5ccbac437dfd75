import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../../lib/data/dataset';
import { encodedPicture } from '../../lib/data/pictures';
import { repositoryRoot } from '../../lib/root';

export interface ExampleFolder {
  /** Groups and fine classes of each that are taken, the first ones. */
  readonly groups: number;
  readonly classes: number;
  /** Images of each fine class. */
  readonly pool: number;
  readonly test: number;
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
          const file = path.join(place, `${String(n + 1).padStart(3, '0')}.png`);
          // A file written again would look changed to the cache of features.
          if (!existsSync(file) || !readFileSync(file).equals(bytes)) writeFileSync(file, bytes);
        }
      }
  }
  return folder;
}
