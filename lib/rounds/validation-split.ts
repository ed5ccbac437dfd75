import type { Dataset } from '../datasets/dataset';
import { check } from '../errors';
import type { Random } from '../random';

/**
 * Sets pool images aside for validation: `held` random ones of every fine class, or the given rows. The rest is the pool
 * to buy from. Both ascending. The labels of the validation images are free, for every strategy alike.
 * @throws InputError for a class with too few images, or a row that does not exist.
 */
export function validationSplit(
  data: Dataset,
  held: number | Int32Array,
  random: Random,
): { validation: Int32Array; pool: Int32Array } {
  const validation = typeof held === 'number' ? drawPerClass(data, held, random) : held.slice().sort();
  const aside = new Set(validation);
  for (const row of aside)
    check(row in data.pool.fine, `Unexpected validation row: ${row}; the pool has no such image`);
  return { validation, pool: Int32Array.from(data.pool.fine.keys()).filter((row) => !aside.has(row)) };
}

function drawPerClass(data: Dataset, perClass: number, random: Random): Int32Array {
  check(Number.isInteger(perClass), `Unexpected validation: ${perClass}; expected a whole number of images a class`);
  const taken = new Int32Array(data.hierarchy.fine.length);
  const rows = random.permutation(data.pool.fine.length).filter((row) => taken[data.pool.fine[row]!]!++ < perClass);
  taken.forEach((count, label) =>
    check(
      count >= perClass,
      `Class "${data.hierarchy.fine[label]}" of "${data.name}" has ${count} pool images, but ${perClass} of each class ` +
        'are set aside for validation; add images, or lower validation',
    ),
  );
  return rows.sort();
}
