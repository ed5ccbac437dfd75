import { escapeHtml } from '../display';
import { spread } from './spread';
import { legible, size } from './style';
import type { SeriesStyle } from './style';
import { textWidth } from './text';

export interface LineEnd {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly x: number;
  readonly y: number;
}

interface Area {
  /** Of the y axis. */
  readonly range: readonly [number, number];
  readonly plotHeight: number;
  /** Where the longest line ends, in data units. */
  readonly right: number;
}

const gap = 18;
const offset = 30;

/** Names and last values right of the lines' ends, moved apart where they would overlap and tied to their line by a thin one. */
export function lineEndLabels(
  ends: readonly LineEnd[],
  { range: [low, high], plotHeight, right }: Area,
): { annotations: object[]; connectors: object[]; width: number } {
  const pixels = (y: number): number => ((high - y) / (high - low)) * plotHeight;
  const placed = spread(
    ends.map(({ y }) => pixels(y)),
    gap,
    0,
    plotHeight,
  );
  const labelOf = (end: LineEnd): string => `${end.name}  ${end.y.toFixed(1).replace('-', '−')}`;
  const annotations = ends.map((end, i) => ({
    text: `<b>${escapeHtml(end.name)}</b>  ${end.y.toFixed(1).replace('-', '−')}`,
    font: { color: legible(end.style.color), size: size.text },
    showarrow: false,
    borderpad: 0,
    x: 1,
    xref: 'paper',
    xanchor: 'left',
    xshift: offset,
    y: 1,
    yref: 'paper',
    yanchor: 'middle',
    yshift: -placed[i]!,
  }));
  const connectors = ends.map((end, i) => ({
    type: 'line',
    layer: 'above',
    line: { color: end.style.color, width: 1 },
    xref: 'paper',
    xsizemode: 'pixel',
    xanchor: 1,
    x0: end.x < right ? 0 : 2,
    x1: offset - 3,
    yref: 'paper',
    ysizemode: 'pixel',
    yanchor: 1,
    y0: -pixels(end.y),
    y1: -placed[i]!,
  }));
  const width = offset + Math.max(...ends.map((end) => textWidth(labelOf(end), size.text, true))) + 14;
  return { annotations, connectors, width: Math.ceil(width) };
}
