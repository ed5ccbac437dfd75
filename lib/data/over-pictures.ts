import { availableParallelism } from 'node:os';
import type { Sharp } from 'sharp';
import type { Split } from './dataset';
import { withPicture } from './pictures';

/** Called as images are read, with how many of them are. */
export type OnImage = (done: number, total: number) => void;

/** Gives `use` every file of a split, on all cores. Returns its results, or the errors in their place, in order. */
export function overPictures<T>(
  split: Split,
  use: (picture: Sharp, i: number) => Promise<T>,
  onImage?: OnImage,
): Promise<(T | Error)[]> {
  const paths = split.files?.paths ?? [];
  return inParallel(paths, (_, i) => withPicture(split, i, (picture) => use(picture, i)), onImage);
}

/** Results of `work`, or the errors in their place, in the order of the items; a few items at a time. */
export async function inParallel<Item, T>(
  items: readonly Item[],
  work: (item: Item, i: number) => Promise<T>,
  onItem?: OnImage,
): Promise<(T | Error)[]> {
  const results = new Array<T | Error>(items.length);
  let [next, done] = [0, 0];
  const run = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      results[i] = await work(items[i]!, i).catch((error: Error) => error);
      onItem?.(++done, items.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(items.length, 2 * availableParallelism()) }, run));
  return results;
}
