import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatCsv } from '../../inputs/datasets/image-folder/csv';
import { encodedPicture } from '../../lib/data/pictures';
import { typefaces } from '../../inputs/datasets/typefaces';
import { writeNpy } from '../../inputs/features/npy';
import { scratchFolder } from '../scratch';

/** A folder of unlabelled images, and what a human who knows them would say. */
export interface Words {
  readonly folder: string;
  readonly out: string;
  /** Path -> typeface. */
  readonly truth: ReadonlyMap<string, string>;
}

/** Numbers that describe an image. */
const WIDTH = 32;

/**
 * Words in typefaces as files without labels, at two depths, with a hierarchy.csv; described by ink and slopes in
 * eight bands, in the project's folder, so that nothing has to be computed.
 */
export async function unlabelledWords(images = 60, classes = 6): Promise<Words> {
  const data = await typefaces();
  const root = scratchFolder('label');
  const [folder, out] = [path.join(root, 'words'), path.join(root, 'words.labels')];
  mkdirSync(path.join(folder, 'more'), { recursive: true });
  const { fine, coarse, groupOf } = data.hierarchy;
  const chosen = Array.from({ length: classes }, (_, k) => Math.floor((k * fine.length) / classes)); // of all kinds
  const wanted = [...data.pool.fine.keys()].filter((i) => chosen.includes(data.pool.fine[i]!)).slice(0, images);
  const nameOf = (n: number): string => `${n % 2 ? 'more/' : ''}${String(n).padStart(4, '0')}.png`;
  const order = wanted.map((row, n) => ({ row, name: nameOf(n) })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { row, name } of order)
    writeFileSync(path.join(folder, name), (await encodedPicture(data.pool, row)).bytes);
  const groups = chosen.map((k) => [fine[k]!, coarse[groupOf[k]!]!]);
  writeFileSync(path.join(folder, 'hierarchy.csv'), formatCsv([['fine', 'coarse'], ...groups]));
  const { pixels, height, width } = data.pool.images!;
  const numbers = new Float32Array(order.length * WIDTH);
  order.forEach(({ row }, i) => {
    const at = (y: number, x: number): number => pixels[(row * height + y) * width + x]! / 255;
    for (let y = 0; y < height - 1; y++)
      for (let x = 0; x < width - 1; x++) {
        const [right, down] = [at(y, x + 1) - at(y, x), at(y + 1, x) - at(y, x)];
        [at(y, x), Math.abs(right), Math.abs(down), right * down].forEach(
          (value, j) => (numbers[i * WIDTH + 4 * Math.floor((8 * y) / height) + j]! += (8 * value) / height / width),
        );
      }
  });
  for (let j = 0; j < WIDTH; j++) {
    const column = order.map((_, i) => numbers[i * WIDTH + j]!);
    const mean = column.reduce((sum, value) => sum + value / column.length, 0);
    const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2 / column.length, 0)) || 1;
    column.forEach((value, i) => (numbers[i * WIDTH + j] = (value - mean) / deviation));
  }
  mkdirSync(out);
  writeNpy(path.join(out, 'features.npy'), { shape: [order.length, WIDTH], data: numbers });
  return { folder, out, truth: new Map(order.map(({ row, name }) => [name, fine[data.pool.fine[row]!]!])) };
}
