import { check } from '../../../../lib/errors';
import { sum } from '../../../../lib/numbers';
import { rowsOf, type MatrixRows } from '../matrix-rows';

/** One class taken for another. */
export interface Confusion {
  readonly truth: number;
  /** The number of classes: outside the list. */
  readonly answer: number;
  readonly count: number;
  /** Of the images of `truth`. */
  readonly share: number;
}

/** Off-diagonal entries with a count, those with the largest share of their row first. */
export function strongestConfusions(counts: readonly (readonly number[])[]): Confusion[] {
  return counts
    .flatMap((row, truth) => {
      const total = sum(row);
      return row.map((count, answer): Confusion => ({ truth, answer, count, share: total ? count / total : 0 }));
    })
    .filter(({ truth, answer, count }) => truth !== answer && count > 0)
    .sort((a, b) => b.share - a.share || b.count - a.count || a.truth - b.truth || a.answer - b.answer);
}

/** K rows of K or K + 1 counts. @throws InputError for anything else, or for no count at all. */
export function countRows(counts: MatrixRows, K: number): number[][] {
  const rows = rowsOf(counts);
  const width = rows[0]?.length ?? 0;
  check(
    K > 0 && rows.length === K && (width === K || width === K + 1) && rows.every((row) => row.length === width),
    `A confusion matrix of ${rows.length} x ${width}; expected ${K} x ${K} for ${K} classes, or a column more`,
  );
  check(
    rows.some((row) => row.some((n) => n > 0)) && rows.every((row) => row.every((n) => n >= 0)),
    'A confusion matrix holds counts; expected none below 0 and at least one above',
  );
  return rows;
}
