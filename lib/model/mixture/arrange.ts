import { takeRows, type Matrix } from '../../engine/matrix';
import { check } from '../../errors';
import type { LearningTask } from '../learner';
import { rowsBetween } from './statistics';

/** The pool's rows in an order in which each fold lies together, its labelled rows first. */
export interface Arrangement {
  /** [n] pool rows */ readonly order: Int32Array;
  readonly folds: readonly Fold[];
  /** Labels of all labelled rows, fold by fold. */ readonly labels: Int32Array;
  /** [n, d] features */ readonly x: Matrix;
}

/** Rows `from` .. `labelled` - 1 of the arrangement are labelled, the others to `to` - 1 are not. */
export interface Fold {
  readonly from: number;
  readonly labelled: number;
  readonly to: number;
}

/**
 * Parts the pool at random into folds, the labelled rows and the others evenly.
 * @throws InputError if there is no label, or one out of range.
 */
export function arrange({ full, hierarchy, random }: LearningTask, pool: Matrix, folds: number): Arrangement {
  const labelOf = new Map<number, number>();
  check(full.rows.length > 0, 'A learner needs at least one full label; got none');
  full.rows.forEach((i, at) => {
    const label = full.labels[at]!;
    check(i >= 0 && i < pool.rows, () => `Unexpected labelled row: ${i}; expected 0 to ${pool.rows - 1}`);
    check(
      label >= 0 && label < hierarchy.fine.length,
      () => `Unexpected label of row ${i}: ${label}; expected 0 to ${hierarchy.fine.length - 1}`,
    );
    labelOf.set(i, label);
  });
  const labelled = [...labelOf.keys()].sort((a, b) => a - b);
  const others = Array.from({ length: pool.rows }, (_, i) => i).filter((i) => !labelOf.has(i));
  const shuffled = (rows: readonly number[], name: string): number[] =>
    Array.from(random.stream('folds', name).permutation(rows.length), (at) => rows[at]!);
  const [first, second] = [shuffled(labelled, 'labelled'), shuffled(others, 'pool')];
  const order: number[] = [];
  const bounds = Array.from({ length: folds }, (_, f) => {
    const from = order.length;
    for (let at = f; at < first.length; at += folds) order.push(first[at]!);
    const end = order.length;
    for (let at = f; at < second.length; at += folds) order.push(second[at]!);
    return { from, labelled: end, to: order.length };
  });
  const labels = bounds.flatMap((fold) => order.slice(fold.from, fold.labelled).map((i) => labelOf.get(i)!));
  return { order: Int32Array.from(order), folds: bounds, labels: Int32Array.from(labels), x: takeRows(pool, order) };
}

/** The labelled rows of an arranged matrix [n, columns], copied, fold by fold. */
export function labelledRows(a: Matrix, folds: readonly Fold[]): Matrix {
  return takeRows(
    a,
    folds.flatMap(({ from, labelled }) => Array.from({ length: labelled - from }, (_, i) => from + i)),
  );
}

/** A fold's rows of an arranged matrix, as a view; only the labelled ones, if wanted. */
export const rowsOf = (a: Matrix, { from, labelled, to }: Fold, onlyLabelled = false): Matrix =>
  rowsBetween(a, from, onlyLabelled ? labelled : to);
