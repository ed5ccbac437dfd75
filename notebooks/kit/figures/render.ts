import { Resvg } from '@resvg/resvg-js';
import { createHash } from 'node:crypto';
import { escapeHtml, jsonForScript } from '../display';
import type { Figure } from './figure';
import { drawSvg } from './plotly-dom';
import { size } from './style';
import { fontFiles } from './text';

/** A figure in every form in which it is shown or saved; the same bytes for the same figure on every machine. */
export interface RenderedFigure {
  readonly svg: string;
  /** At {@link PNG_SCALE}. */
  readonly png: Buffer;
  /** The PNG as an `<img>`, and a script that puts the interactive figure there (on a phone its narrow ones) when plotly.js is on the page. */
  readonly html: string;
  /** What `application/vnd.plotly.v1+json` holds. */
  readonly plotly: { readonly data: Figure['data']; readonly layout: Figure['layout']; readonly config: object };
  readonly text: string;
}

/** Pixels of a PNG in one of the figure's own: sharp on dense screens, and small enough for notebooks to be committed. */
export const PNG_SCALE = 1.5;

/** Zooming by dragging and back by a double click need no buttons. */
const needless = ['zoom2d', 'pan2d', 'select2d', 'lasso2d', 'zoomIn2d', 'zoomOut2d', 'autoScale2d'];
const config = { displaylogo: false, responsive: false, modeBarButtonsToRemove: needless };
/** On a phone buttons would cover the title. */
const small = { ...config, displayModeBar: false };

/** Renders a figure without a browser. */
export async function renderFigure(figure: Figure): Promise<RenderedFigure> {
  const svg = await drawSvg(figure);
  const png = svgToPng(svg);
  const plotly = { data: figure.data, layout: figure.layout, config };
  const text = `Figure: ${figure.title}\n${figure.text}\n${figure.caption}`;
  return { svg, png, plotly, text, html: toHtml(figure, png) };
}

function svgToPng(svg: string): Buffer {
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' };
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: PNG_SCALE }, font }).render().asPng();
}

function toHtml(figure: Figure, png: Buffer): string {
  const narrow = (figure.narrow ?? []).map(({ data, layout }) => ({ data, layout, config: small }));
  const json = jsonForScript({ wide: [{ data: figure.data, layout: figure.layout, config }], narrow });
  const id = `figure-${createHash('sha256').update(json).digest('hex').slice(0, 12)}`;
  const { width, height, title, text } = figure;
  const source = `data:image/png;base64,${png.toString('base64')}`;
  return (
    `<div id="${id}"${'images' in figure.layout ? ' class="photo"' : ''} style="max-width: ${width}px">` +
    `<img alt="${escapeHtml(`${title}. ${text}`)}" width="${width}" height="${height}" style="max-width: 100%; height: auto" src="${source}">` +
    `</div>\n<script>\n(function () {\n` +
    `  var place = document.querySelector('#${id}:not([data-live])');\n` +
    `  if (!place || !window.Plotly) return;\n` +
    `  place.setAttribute('data-live', '');\n  place.textContent = '';\n` +
    `  var figures = ${json};\n` +
    `  (window.innerWidth < ${size.width} && figures.narrow.length ? figures.narrow : figures.wide).forEach(function (figure) {\n` +
    `    var box = place.appendChild(document.createElement('div'));\n` +
    `    window.Plotly.newPlot(box, figure.data, figure.layout, figure.config);\n  });\n})();\n</script>`
  );
}
