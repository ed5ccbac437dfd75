import { createCanvas } from '@napi-rs/canvas';
import type { Canvas } from '@napi-rs/canvas';
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';
import type { DOMWindow } from 'jsdom';
import type { Figure } from './figure';
import { boxOf, keepWidths } from './svg-box';

/** plotly.js-dist as text: it wants a browser's globals, so it is run in a page rather than imported. */
export const readPlotly = (): string => readFileSync(require.resolve('plotly.js-dist'), 'utf8');

interface Plotly {
  toImage(
    figure: { data: unknown; layout: unknown; config: { staticPlot: true } },
    options: { format: 'svg'; width: number; height: number; imageDataOnly: true },
  ): Promise<string>;
}

let page: DOMWindow | undefined;
let drawn: Promise<unknown> = Promise.resolve();

/** The SVG that plotly draws, in a page without a browser: the same bytes for the same figure, so one is drawn after another. */
export function drawSvg(figure: Figure): Promise<string> {
  const svg = drawn.then(() => draw(figure));
  drawn = svg.catch(() => undefined);
  return svg;
}

async function draw({ data, layout, width, height }: Figure): Promise<string> {
  page ??= openPage();
  page['Math'].random = fixedNumbers();
  const figure = structuredClone({ data, layout });
  const plotly = page['Plotly'] as Plotly;
  const options = { format: 'svg', width, height, imageDataOnly: true } as const;
  return finished(await plotly.toImage({ ...figure, config: { staticPlot: true } }, options), page);
}

/**
 * The SVG with the font's name in quotes, which plotly marks by a word that jsdom keeps, and with the width of every text, so
 * that no other font in place of ours is cut off.
 */
function finished(svg: string, { DOMParser, XMLSerializer }: DOMWindow): string {
  const picture = new DOMParser().parseFromString(svg.replaceAll('TOBESTRIPPED', "'"), 'image/svg+xml');
  for (const text of picture.querySelectorAll('text')) keepWidths(text);
  return new XMLSerializer().serializeToString(picture);
}

/** plotly names clip paths at random. */
function fixedNumbers(): () => number {
  let state = 1;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

/** A page with what plotly needs of a browser and jsdom leaves out: the measures of text, and canvases. */
function openPage(): DOMWindow {
  const { window } = new JSDOM('<!doctype html><body></body>', { runScripts: 'outside-only', pretendToBeVisual: true });
  const { SVGElement, HTMLCanvasElement, URL } = window;
  const box = function (this: Element): object {
    const { left, top, right, bottom } = boxOf(this);
    return { left, top, right, bottom, x: left, y: top, width: right - left, height: bottom - top };
  };
  const length = function (this: Element): number {
    const { left, right } = boxOf(this);
    return right - left;
  };
  Object.assign(SVGElement.prototype, { getBBox: box, getBoundingClientRect: box, getComputedTextLength: length });
  Object.assign(URL, { createObjectURL: () => '' });
  const canvases = new WeakMap<object, Canvas>();
  const canvasOf = (element: HTMLCanvasElement): Canvas => {
    let canvas = canvases.get(element);
    if (!canvas) canvases.set(element, (canvas = createCanvas(element.width, element.height)));
    return canvas;
  };
  Object.assign(HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, type: string) {
      return type === '2d' ? canvasOf(this).getContext('2d') : null;
    },
    toDataURL(this: HTMLCanvasElement) {
      return canvasOf(this).toDataURL('image/png');
    },
  });
  window.eval(readPlotly());
  return window;
}
