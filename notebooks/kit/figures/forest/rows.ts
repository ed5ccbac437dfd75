import { check } from '../../../../lib/errors';

/** A mean with its interval: low <= mean <= high. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Whether it is told from 0, where that is judged otherwise than by the interval: by a p after Holm's correction. */
  readonly clear?: boolean;
  /** The value is a lower bound: that or more. */
  readonly isBound?: boolean;
}

/** One comparison; the control's estimate is drawn hollow below it. */
export interface ForestRow {
  readonly name: string;
  readonly estimate: Estimate;
  readonly control?: Estimate;
  /** Right of the row, in a column of its own: "9 of 10". */
  readonly note?: string;
}

/** Rows of one setting, e.g. one price of a weak label; panels stand side by side, their rows matched by name. */
export interface ForestPanel {
  readonly title: string;
  readonly rows: readonly ForestRow[];
}

/** A row's own estimate and, where it has one, its control's. */
export const estimatesOf = ({ estimate, control }: ForestRow): Estimate[] =>
  control ? [estimate, control] : [estimate];

/** Every name once, by the first panel's estimates where they are to be sorted. */
export function namesOf(panels: readonly ForestPanel[], sort: boolean): string[] {
  const first = [...panels[0]!.rows];
  if (sort) first.sort((a, b) => b.estimate.mean - a.estimate.mean);
  const rows = [...first, ...panels.flatMap((panel) => panel.rows)];
  return [...new Set(rows.map(({ name }) => name))];
}

/** @throws InputError for no rows, or an estimate outside its own interval. */
export function checkPanels(panels: readonly ForestPanel[]): void {
  check(panels.length && panels[0]!.rows.length, 'A forest plot of nothing; give at least one panel with a row');
  for (const row of panels.flatMap(({ rows }) => rows))
    for (const { low, mean, high } of estimatesOf(row))
      check(low <= mean && mean <= high, `${row.name}: the mean ${mean} is not within its interval ${low} to ${high}`);
}
