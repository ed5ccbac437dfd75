import type { Dataset } from '../data/dataset';
import { check } from '../errors';
import type { Random } from '../random';

/**
 * Sets pool images aside for validation: `wanted` random ones of every fine class, or the given rows. The rest is the pool
 * to buy from. Both ascending. The labels of the validation images are free, for every strategy alike.
 * @throws InputError for a class with too few images, or a row that does not exist.
 */
export function validationSplit(
  data: Dataset,
  wanted: number | Int32Array,
  random: Random,
): { validation: Int32Array; pool: Int32Array } {
  const validation = typeof wanted === 'number' ? drawPerClass(data, wanted, random) : wanted.slice().sort();
  const aside = new Set(validation);
  for (const row of aside)
    check(row in data.pool.fine, `Unexpected validation row: ${row}; the pool has no such image`);
  return { validation, pool: Int32Array.from(data.pool.fine.keys()).filter((row) => !aside.has(row)) };
}

function drawPerClass(data: Dataset, perClass: number, random: Random): Int32Array {
  checkPerClass(data, perClass);
  const taken = new Int32Array(data.hierarchy.fine.length);
  return random
    .permutation(data.pool.fine.length)
    .filter((row) => taken[data.pool.fine[row]!]!++ < perClass)
    .sort();
}

/** @throws InputError naming a class that has fewer pool images than are to be set aside. */
export function checkPerClass({ name, hierarchy, pool }: Dataset, perClass: number): void {
  check(
    Number.isInteger(perClass) && perClass >= 0,
    `Unexpected validation: ${perClass}; expected a whole number of images a class`,
  );
  const counts = new Int32Array(hierarchy.fine.length);
  for (const label of pool.fine) if (label >= 0) counts[label]!++;
  counts.forEach((count, k) =>
    check(
      count >= perClass,
      () =>
        `Class "${hierarchy.fine[k]}" of "${name}" has ${count} pool images, but ${perClass} of each class are set aside ` +
        'for validation; add images, or lower validation (--validation, or "validation" in a --config file; 0: none)',
    ),
  );
}
