import { createHash } from 'node:crypto';
import { validateDataset, type Dataset, type Split } from '../../../lib/data/dataset';
import { createHierarchy } from '../../../lib/data/hierarchy';
import { createRandom } from '../../../lib/random';

/** A data set of small noise pictures, all different: six fine classes in three groups, one with a line break in its name. */
export function tinyPictures(pool: number): Dataset {
  const names = ['Lora Bold', 'Lora Bold Italic', 'PT\nSerif', 'Inter', 'Fira Code', 'Arvo'];
  const hierarchy = createHierarchy(names.map((name, k) => [name, ['serif', 'sans', 'mono'][k % 3]] as const));
  const split = (count: number, name: string): Split => ({
    fine: Int32Array.from({ length: count }, (_, i) => i % names.length),
    images: { count, height: 8, width: 8, channels: 1, pixels: noise(count * 64, name) },
  });
  return validateDataset({
    name: 'tiny',
    title: 'noise pictures',
    hierarchy,
    pool: split(pool, 'pool'),
    test: split(6, 'test'),
  });
}

function noise(length: number, name: string): Uint8Array {
  const random = createRandom(0).stream(name);
  return Uint8Array.from({ length }, () => random.integer(256));
}

/** Stands for one picture, however it travels. */
export const pictureKey = (base64: string): string => createHash('sha256').update(base64).digest('hex').slice(0, 16);

/** What the test server answers about a picture: one of the classes, decided by the picture alone. */
export const chosenClass = (key: string, classes: readonly string[]): string =>
  [...classes].sort()[parseInt(key.slice(0, 8), 16) % classes.length]!;
