import { escapeHtml } from '../../display';
import type { Trace } from '../figure';
import { ink, isStrategy, strategyStyle, supervision, type SeriesStyle } from '../style';
import type { Estimate, ForestPanel } from './rows';

export type LookOf = (name: string) => SeriesStyle;

/** A strategy's own look; all other names share one, since their rows are named. `strategies`: every name is a strategy's. */
export const looks =
  (strategies = false): LookOf =>
  (name) =>
    strategies || isStrategy(name) ? strategyStyle(name) : { color: supervision.full, symbol: 'circle', dash: 'solid' };

/**
 * A panel's points with their intervals, controls last: one trace each, since each has its own look.
 * @param id how plotly numbers the panel's axes: "2" for x2 and y2
 * @param apart where there are controls: how far above the middle of its row a mark lies, and its control below, in rows
 */
export function marks(
  { rows }: ForestPanel,
  names: readonly string[],
  id: string,
  lookOf: LookOf,
  apart: number,
): Trace[] {
  const shift = rows.some(({ control }) => control) ? apart : 0;
  const drawn = rows.map(({ name, estimate }) =>
    mark(name, estimate, { id, y: names.indexOf(name) - shift }, lookOf(name), false),
  );
  for (const { name, control } of rows)
    if (control) drawn.push(mark(name, control, { id, y: names.indexOf(name) + shift }, lookOf(name), true));
  return drawn;
}

function mark(
  name: string,
  { mean, low, high, isBound, clear = low > 0 || high < 0 }: Estimate,
  { id, y }: { readonly id: string; readonly y: number },
  { color, symbol }: SeriesStyle,
  isControl: boolean,
): Trace {
  const control = isControl ? ', control' : '';
  return {
    type: 'scatter',
    mode: 'markers',
    name: name + control,
    xaxis: `x${id}`,
    yaxis: `y${id}`,
    x: [mean],
    y: [y],
    opacity: clear ? 1 : 0.5,
    marker: {
      color: isControl ? ink.paper : color,
      symbol: isBound ? 'triangle-right' : symbol.replace(/-open.*$/, ''),
      size: isControl ? 7 : 9,
      line: { color, width: 1.6 },
    },
    error_x: {
      type: 'data',
      symmetric: false,
      array: [high - mean],
      arrayminus: [mean - low],
      color,
      thickness: isControl ? 1.2 : 2,
      width: 0,
    },
    hovertemplate: `<b>${escapeHtml(name)}</b>${control}<br>%{x:.2f} (${low.toFixed(2)} to ${high.toFixed(2)})<extra></extra>`,
  };
}
