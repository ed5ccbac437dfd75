import type { Dataset } from '../datasets/dataset';
import { check } from '../errors';
import type { Random } from '../random';

/**
 * Sets `perClass` random pool images of every fine class aside for validation; the rest is the pool to buy from.
 * Both ascending. The labels of the validation images are free, for every strategy alike.
 * @throws InputError for a class with too few images.
 */
export function validationSplit(
  data: Dataset,
  perClass: number,
  random: Random,
): { validation: Int32Array; pool: Int32Array } {
  const taken = new Int32Array(data.hierarchy.fine.length);
  const held = new Set<number>();
  for (const row of random.permutation(data.pool.fine.length)) {
    const label = data.pool.fine[row]!;
    if (taken[label]! < perClass) {
      taken[label]!++;
      held.add(row);
    }
  }
  taken.forEach((count, label) =>
    check(
      count === perClass,
      `Class "${data.hierarchy.fine[label]}" of "${data.name}" has ${count} pool images, but ${perClass} are set aside ` +
        'for validation; add images, or lower validationPerClass',
    ),
  );
  const pool = Int32Array.from(data.pool.fine.keys()).filter((row) => !held.has(row));
  return { validation: Int32Array.from(held).sort(), pool };
}
