import { check } from '../../errors';
import type { LearningTask } from '../learner';

/** Some labelled pool rows. */
export interface Labelled {
  readonly rows: Int32Array;
  readonly labels: Int32Array;
}

/**
 * The task's labelled rows, parted at random into `count` folds of about the same size; some are empty where labels are few.
 * @throws InputError if there is no label, or one out of range.
 */
export function foldsOf({ full, hierarchy, random }: LearningTask, pool: number, count: number): readonly Labelled[] {
  check(full.rows.length > 0, 'A learner needs at least one full label; got none');
  const labelOf = new Map<number, number>();
  full.rows.forEach((i, at) => {
    const label = full.labels[at]!;
    check(i >= 0 && i < pool, () => `Unexpected labelled row: ${i}; expected 0 to ${pool - 1}`);
    check(
      label >= 0 && label < hierarchy.fine.length,
      () => `Unexpected label of row ${i}: ${label}; expected 0 to ${hierarchy.fine.length - 1}`,
    );
    labelOf.set(i, label);
  });
  const rows = [...labelOf.keys()].sort((a, b) => a - b);
  const order = random.stream('folds', 'labelled').permutation(rows.length);
  return Array.from({ length: count }, (_, f) => {
    const own = Int32Array.from(
      order.filter((_, at) => at % count === f),
      (at) => rows[at]!,
    );
    return { rows: own, labels: own.map((i) => labelOf.get(i)!) };
  });
}

/** All folds as one, in their order. */
export const joined = (folds: readonly Labelled[]): Labelled => ({
  rows: Int32Array.from(folds.flatMap(({ rows }) => [...rows])),
  labels: Int32Array.from(folds.flatMap(({ labels }) => [...labels])),
});
