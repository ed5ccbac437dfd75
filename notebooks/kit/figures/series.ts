import { escapeHtml } from '../display';
import type { Trace } from './figure';
import type { Line } from './runs';
import { fade } from './style';
import type { SeriesStyle } from './style';

/** A named line in its look. */
export interface Series {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly line: Line;
}

/** How a point is told when the mouse is over it. */
export interface HoverWords {
  /** After the value: " %". */
  readonly unit: string;
  /** plotly's (d3's) format of x: ".0f". */
  readonly x: string;
}

/** The band around a line. */
const bandOf = ({ name, style, line: { x, y, band } }: Series): Trace => ({
  type: 'scatter',
  mode: 'lines',
  name: `${name} band`,
  x: [...x, ...[...x].reverse()],
  y: [...y.map((value, i) => value + band[i]!), ...y.map((value, i) => value - band[i]!).reverse()],
  fill: 'toself',
  fillcolor: fade(style.color, style.strong ? 0.2 : 0.11),
  line: { width: 0 },
  hoverinfo: 'skip',
});

/** The line itself with a marker a point. */
const lineOf = ({ name, style, line }: Series, { unit, x }: HoverWords): Trace => ({
  type: 'scatter',
  mode: 'lines+markers',
  name,
  x: line.x,
  y: line.y,
  customdata: line.band,
  line: { color: style.color, width: style.strong ? 3 : 2, dash: style.dash },
  marker: {
    color: style.color,
    symbol: style.symbol,
    size: style.strong ? 9 : 8,
    line: { color: style.color, width: 1.5 },
  },
  hovertemplate: `<b>${escapeHtml(name)}</b><br>%{y:.1f}${unit}${line.band.some((half) => half > 0) ? ' ± %{customdata:.1f}' : ''} at %{x:${x}}<extra></extra>`,
});

/** A control's line: thin and dashed, in the colour of what it controls. */
const controlOf = ({ name, style, line: { x, y } }: Series, { unit, x: format }: HoverWords): Trace => ({
  type: 'scatter',
  mode: 'lines',
  name: `${name}, control`,
  x,
  y,
  line: { color: style.color, width: 1.4, dash: '4px,3px' },
  opacity: 0.85,
  hovertemplate: `<b>${escapeHtml(name)}, control</b><br>%{y:.1f}${unit} at %{x:${format}}<extra></extra>`,
});

/** Bands at the bottom, then the controls, where there are some, then the lines. */
export function tracesOf(
  series: readonly (Series & { readonly control?: Line | undefined })[],
  words: HoverWords,
): Trace[] {
  return [
    ...series.map(bandOf),
    ...series.flatMap(({ name, style, control }) =>
      control ? [controlOf({ name, style, line: control }, words)] : [],
    ),
    ...series.map((one) => lineOf(one, words)),
  ];
}

/** A little more than low .. high; shares (%) stay within 0 .. 100. */
export function padded(low: number, high: number, isShare: boolean): [number, number] {
  const pad = Math.max(isShare ? 1 : 0.2, 0.04 * (high - low));
  return isShare ? [Math.max(0, low - pad), Math.min(100, high + pad)] : [low - pad, high + pad];
}
