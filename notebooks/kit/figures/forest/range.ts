import { estimatesOf, type Estimate, type ForestPanel } from './rows';

type Interval = Pick<Estimate, 'low' | 'high'>;

/** Where an axis of plain values ends at either side: all intervals are on it. */
export function wholeRange(panels: readonly ForestPanel[]): [number, number] {
  const all = panels.flatMap(({ rows }) => rows.flatMap(estimatesOf));
  return [Math.min(...all.map(({ low }) => low)), Math.max(...all.map(({ high }) => high))];
}

/**
 * Where an axis of differences, which holds 0, ends at either side: a row that alone would make it 2.2 times as long or more
 * would press all others together, so it is left outside, with an arrow before its number. No interval is cut.
 */
export function rangeWithoutFarRows(panels: readonly ForestPanel[], names: readonly string[]): [number, number] {
  const rows = names.map((name) =>
    panels.flatMap((panel) => panel.rows.filter((row) => row.name === name)).flatMap(estimatesOf),
  );
  const mirrored = rows.map((row) => row.map(({ low, high }): Interval => ({ low: -high, high: -low })));
  const [lowest, highest] = wholeRange(panels);
  const low = -farthest(mirrored, -Math.max(0, highest));
  const high = farthest(rows, Math.min(0, lowest));
  return [Math.min(0, low), Math.max(0, high)];
}

/** The upper end of an axis that begins at `start`. */
function farthest(rows: readonly (readonly Interval[])[], start: number): number {
  const ends = rows.map((row) => row.reduce((far, each) => (each.high > far.high ? each : far)));
  const [first, second] = ends.sort((a, b) => b.high - a.high);
  const isFar = second && first!.low > second.high && first!.high - start > 2.2 * (second.high - start);
  return isFar ? second.high : first!.high;
}
