import { escapeHtml } from '../display';
import type { Figure, Provenance, Trace } from './figure';
import { captionOf } from './figure';
import { fontFamily, ink, size } from './style';
import { wrap } from './text';

export interface Content {
  readonly name: string;
  readonly title: string;
  /** Below the title: how to read the picture. May hold plotly's markup (`<br>`, `<b>`, `<span style="color: …">`). */
  readonly subtitle: string;
  readonly provenance: Provenance;
  readonly text: string;
  readonly data: readonly Trace[];
  /** Height of the plotting area and what is left free around it, in pixels. */
  readonly plotHeight: number;
  readonly margin: { readonly left: number; readonly right: number; readonly bottom: number; readonly top?: number };
  readonly width?: number;
  readonly layout: Readonly<Record<string, unknown>> & { readonly annotations?: readonly unknown[] };
}

const edge = 16;
const lineHeight = 1.3;

/** Puts title, subtitle and caption around a plotting area: the house's look of every figure. */
export function frame(content: Content): Figure {
  const width = content.width ?? size.width;
  const caption = captionOf(content.provenance);
  const room = width - 2 * edge;
  const titleLines = wrap(content.title, room, size.title, true);
  const captionLines = wrap(caption, room, size.small);
  const titleHeight = titleLines.length * size.title * lineHeight;
  const subtitleLines = content.subtitle.includes('<')
    ? content.subtitle.split('<br>')
    : wrap(content.subtitle, room, size.text);
  const subtitleHeight = content.subtitle ? subtitleLines.length * size.text * lineHeight + 4 : 0;
  const captionHeight = captionLines.length * size.small * lineHeight;
  const { left, right } = content.margin;
  const top = edge + titleHeight + subtitleHeight + 14 + (content.margin.top ?? 0);
  const bottom = content.margin.bottom + 12 + captionHeight + edge;
  const line = (text: string, fromTop: number, fontSize: number, color: string): object => ({
    text,
    font: { size: fontSize, color },
    xref: 'paper',
    x: 0,
    xanchor: 'left',
    xshift: edge - left,
    align: 'left',
    showarrow: false,
    borderpad: 0,
    yref: 'paper',
    y: 1,
    yanchor: 'top',
    yshift: top - fromTop,
  });
  const bold = `<b>${titleLines.map(escapeHtml).join('<br>')}</b>`;
  const height = Math.round(top + content.plotHeight + bottom);
  const frameLines = [
    line(bold, edge - 4, size.title, ink.text),
    ...(content.subtitle ? [line(subtitleLines.join('<br>'), edge + titleHeight, size.text, ink.muted)] : []),
    line(captionLines.map(escapeHtml).join('<br>'), height - captionHeight - edge + 2, size.small, ink.muted),
  ];
  const { name, title, text, data } = content;
  const layout = {
    font: { family: fontFamily, size: size.text, color: ink.text },
    paper_bgcolor: ink.paper,
    plot_bgcolor: ink.paper,
    showlegend: false,
    hoverlabel: { font: { family: fontFamily, size: size.text } },
    ...content.layout,
    width,
    height,
    margin: { l: left, r: right, t: top, b: bottom, pad: 0, autoexpand: false },
    annotations: [...(content.layout.annotations ?? []), ...frameLines],
  };
  return { name, title, caption, text, width, height, data, layout };
}

/** An axis in the house's look; `options` are plotly's. */
export const axis = (title: string, options: Readonly<Record<string, unknown>> = {}): object => ({
  title: { text: title, standoff: 10, font: { size: size.text, color: ink.muted } },
  automargin: false,
  gridcolor: ink.grid,
  linecolor: ink.rule,
  tickcolor: ink.rule,
  ticks: 'outside',
  ticklen: 4,
  tickfont: { size: size.text },
  zeroline: false,
  showline: true,
  ...options,
});

/** A figure drawn for a wide window, and again for a phone. */
export function responsive(draw: (width: number) => Figure): Figure {
  const [wide, narrow] = [draw(size.width), draw(size.narrow)];
  return { ...wide, narrow: [{ ...narrow, name: `${wide.name}-narrow` }] };
}

/** An axis title in as many lines as it takes, and the room that these need beyond one. */
export function wrappedTitle(title: string, room: number): { title: string; more: number } {
  const lines = wrap(title, room, size.text);
  return { title: lines.join('<br>'), more: (lines.length - 1) * size.text * lineHeight };
}
