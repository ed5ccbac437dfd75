import { estimatesOf, type Estimate, type ForestPanel, type ForestRow } from './rows';

/** A number as it stands in the figure. */
export type Write = (value: number) => string;

/** Differences have a sign, unless they are written as 0; plain values have none. */
export function writer(digits: number, differences: boolean): Write {
  if (!differences) return (value) => value.toFixed(digits);
  return (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`.replace(/^[+−](0(\.0+)?)$/, '$1');
}

/** What stands right of a row: its mean, with an arrow where it lies outside the axis, and its note. */
export function labelOf(row: ForestRow | undefined, write: Write, [low, high]: readonly [number, number]): string {
  if (!row) return '';
  const { estimate, note } = row;
  const arrow = estimate.mean > high ? '→ ' : estimate.mean < low ? '← ' : '';
  return arrow + valueOf(estimate, write) + (note ? `\u00a0 ${note}` : '');
}

/** "≥ +50" for a bound. */
export const valueOf = ({ mean, isBound }: Estimate, write: Write): string => (isBound ? '≥ ' : '') + write(mean);

/** A panel for those who cannot see it. */
export function describe({ title, rows }: ForestPanel, names: readonly string[], write: Write): string {
  const words = names
    .flatMap((name) => rows.filter((row) => row.name === name))
    .map(({ name, estimate }) => {
      const { low, high } = estimate;
      return `${name} ${valueOf(estimate, write)} (${write(low)} to ${write(high)})`;
    });
  return (title ? `${title}: ` : '') + words.join('; ');
}

/** Below the title: how to read the marks. */
export function howToRead(
  panels: readonly ForestPanel[],
  differences: boolean,
  intervalName = '95 % confidence interval of the mean',
  controlName = 'with a coarse head trained on full-labelled images only',
): string {
  const rows = panels.flatMap((panel) => panel.rows);
  const corrected = rows.some(({ estimate, control }) => estimate.clear !== undefined || control?.clear !== undefined);
  const pale = corrected ? ', pale where Holm’s p is 0.05 or more' : ', pale where it holds 0';
  const parts = [intervalName + (differences ? pale : '')];
  if (rows.some(({ control }) => control)) parts.push(`hollow: ${controlName}`);
  if (rows.flatMap(estimatesOf).some(({ isBound }) => isBound)) parts.push('▷: that or more');
  if (rows.some(({ note }) => note)) parts.push('right: the mean, and in how many seeds it is above 0');
  return parts.join('; ');
}
