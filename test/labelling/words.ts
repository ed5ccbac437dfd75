import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatCsv } from '../../lib/datasets/image-folder/csv';
import { encodedPicture } from '../../lib/datasets/pictures';
import { typefaces } from '../../lib/datasets/typefaces';
import { writeNpy } from '../../lib/features/npy';

/** A folder of unlabelled images, and what a human who knows them would say. */
export interface Words {
  readonly folder: string;
  readonly out: string;
  /** Path -> typeface. */
  readonly truth: ReadonlyMap<string, string>;
}

/**
 * Words in typefaces as files without labels, at two depths, with a hierarchy.csv; described by the means of blocks of 4 x 4
 * pixels, in the project's folder, so that nothing has to be computed.
 */
export async function unlabelledWords(images = 60, classes = 6): Promise<Words> {
  const data = await typefaces();
  const root = mkdtempSync(path.join(tmpdir(), 'label-'));
  const [folder, out] = [path.join(root, 'words'), path.join(root, 'words.labels')];
  mkdirSync(path.join(folder, 'more'), { recursive: true });
  const { fine, coarse, groupOf } = data.hierarchy;
  const wanted = [...data.pool.fine.keys()].filter((i) => data.pool.fine[i]! < classes).slice(0, images);
  const nameOf = (n: number): string => `${n % 2 ? 'more/' : ''}${String(n).padStart(4, '0')}.png`;
  const order = wanted.map((row, n) => ({ row, name: nameOf(n) })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { row, name } of order)
    writeFileSync(path.join(folder, name), (await encodedPicture(data.pool, row)).bytes);
  const groups = fine.slice(0, classes).map((name, k) => [name, coarse[groupOf[k]!]!]);
  writeFileSync(path.join(folder, 'hierarchy.csv'), formatCsv([['fine', 'coarse'], ...groups]));
  const { pixels, height, width } = data.pool.images!;
  const blocks = new Float32Array((order.length * (height * width)) / 16);
  order.forEach(({ row }, i) => {
    for (let p = 0; p < height * width; p++) {
      const block = Math.floor(p / width / 4) * (width / 4) + Math.floor((p % width) / 4);
      blocks[(i * height * width) / 16 + block]! += pixels[row * height * width + p]! / 16 / 255;
    }
  });
  mkdirSync(out);
  writeNpy(path.join(out, 'features.npy'), { shape: [order.length, (height * width) / 16], data: blocks });
  return { folder, out, truth: new Map(order.map(({ row, name }) => [name, fine[data.pool.fine[row]!]!])) };
}
