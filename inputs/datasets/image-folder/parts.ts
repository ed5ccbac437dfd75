import { existsSync } from 'node:fs';
import path from 'node:path';
import { check } from '../../../lib/errors';
import { createRandom } from '../../../lib/random';
import { readText } from '../../../lib/text-file';
import type { LabelledFile } from '../file-dataset';
import { csvPairs } from './classes';
import type { FoundImage } from './scan';
import type { DrawnSplit, FolderSettings } from './settings';

export type Part = 'pool' | 'test';

const FILE = 'split.csv';
const DEFAULT: DrawnSplit = { test: 0.3, seed: 0 };

/**
 * The part of every image: as a CSV file says, by the folders `train` and `test`, or drawn.
 * @param labelled The same images with their fine classes.
 * @throws InputError for a file that leaves out an image or names one that is not there, and for a class of one image.
 */
export function partsOf(
  folder: string,
  images: readonly FoundImage[],
  labelled: readonly LabelledFile[],
  { split }: FolderSettings,
): Part[] {
  const file = typeof split === 'string' ? split : existsSync(path.join(folder, FILE)) ? FILE : undefined;
  if (file !== undefined && typeof split !== 'object') return listed(path.join(folder, file), images);
  if (split === undefined && images[0]!.part) return images.map(({ part }) => part!);
  return drawnParts(folder, labelled, typeof split === 'object' ? split : DEFAULT);
}

function listed(file: string, images: readonly FoundImage[]): Part[] {
  check(existsSync(file), `${file} is missing; expected a CSV file with lines "path,pool" or "path,test"`);
  const parts = new Map<string, Part>();
  const known = new Set(images.map((image) => image.path.normalize('NFC')));
  for (const [given, word] of csvPairs(readText(file), file, ['path', 'part'])) {
    const name = imagePath(given);
    const part = word.toLowerCase().replace('train', 'pool');
    check(part === 'pool' || part === 'test', `${file}: "${name}" has part "${word}"; expected pool, train or test`);
    check(known.has(name), `${file}: "${name}" is no image of this folder; expected a path as in fine/image.jpg`);
    check(!parts.has(name), `${file}: "${name}" is listed twice`);
    parts.set(name, part);
  }
  return images.map((image) => {
    const part = parts.get(image.path.normalize('NFC'));
    check(part, () => `${file}: "${image.path}" is missing; give every image a part`);
    return part;
  });
}

/** A path of a list as paths are compared: composed Unicode, slashes, no "." before it. */
export const imagePath = (given: string): string =>
  given
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^(\.\/+)+/, '');

/** `test` of each class's images, at least one and not all, drawn by a stream of the class's own. */
function drawnParts(folder: string, labelled: readonly LabelledFile[], { test, seed }: DrawnSplit): Part[] {
  const rows = new Map<number, number[]>();
  labelled.forEach(({ fine }, i) => {
    const members = rows.get(fine);
    if (members) members.push(i);
    else rows.set(fine, [i]);
  });
  const parts = labelled.map((): Part => 'pool');
  for (const members of rows.values()) {
    const first = path.posix.dirname(labelled[members[0]!]!.path);
    check(
      members.length > 1,
      () => `${path.join(folder, first)} has one image; a class needs at least two, one of them for the test set`,
    );
    const count = Math.min(members.length - 1, Math.max(1, Math.round(test * members.length)));
    const order = createRandom(seed).stream('split', first).permutation(members.length);
    for (const i of order.subarray(0, count)) parts[members[i]!] = 'test';
  }
  return parts;
}
