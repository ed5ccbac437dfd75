import { escapeHtml } from '../display';
import { hasTag, isCode, textOf } from '../nbformat';
import type { Cell, Notebook, Output } from '../nbformat';
import { renderMarkdown } from './markdown';
import { renderOutput } from './render-output';

/** A figure's SVG by its name; undefined where it was not drawn. */
export type FindSvg = (name: string) => string | undefined;

/** What a report shows of one notebook, and where the whole of it is. */
export interface Finding {
  readonly html: string;
  readonly link?: { readonly href: string; readonly text: string };
}

/**
 * The cells that a notebook marks as its findings, as HTML: text, and the outputs of code without the code. Those tagged
 * `verdict` are for the top of the report, those tagged `finding` follow.
 */
export const findingsOf = (notebook: Notebook, tag: 'verdict' | 'finding', findSvg: FindSvg): string =>
  notebook.cells
    .filter((cell) => hasTag(cell, tag))
    .map((cell) => renderCell(cell, findSvg))
    .join('\n');

const renderCell = (cell: Cell, findSvg: FindSvg): string =>
  isCode(cell) ? beside(cell.outputs, findSvg) : renderMarkdown(textOf(cell.source).replace(/^# /gm, '## '));

/** Figures with what is said of them at their side, where a window is wide enough for both. */
function beside(outputs: readonly Output[], findSvg: FindSvg): string {
  const blocks: (string | string[])[] = []; // a figure, or all words up to the next one
  for (const output of outputs) {
    const figure = figureOf(output, findSvg);
    const last = blocks.at(-1);
    if (figure !== undefined) blocks.push(figure);
    else if (Array.isArray(last)) last.push(wordsOf(output));
    else blocks.push([wordsOf(output)]);
  }
  const html = blocks.map((block) => (Array.isArray(block) ? `<div class="words">${block.join('\n')}</div>` : block));
  return `<div class="beside">${html.join('\n')}</div>`;
}

const wordsOf = (output: Output): string => `<div class="output">${renderOutput(output)}</div>`;

/** An output that is a figure, as pictures for a wide window and for a phone. */
function figureOf(output: Output, findSvg: FindSvg): string | undefined {
  if (!('data' in output)) return undefined;
  const { figure } = output.metadata as { figure?: { name: string; narrow: string[] } };
  const wide = figure && findSvg(figure.name);
  if (!figure || wide === undefined) return undefined;
  const alt = textOf((output.data['text/plain'] ?? '') as string | string[]).replace(/^Figure: /, '');
  return renderFigures({ alt, wide, narrow: figure.narrow.flatMap((name) => findSvg(name) ?? []) });
}

export interface Pictures {
  readonly alt: string;
  /** SVG. */
  readonly wide: string;
  /** One below the other; the wide one where there are none. */
  readonly narrow: readonly string[];
}

/** Pictures that nothing outside them can change or be changed by; on a dark page they are drawn with light lines. */
export function renderFigures({ alt, wide, narrow }: Pictures): string {
  const image = (svg: string, words: string): string =>
    `<img alt="${escapeHtml(words)}" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`;
  if (!narrow.length) return `<figure class="${lookOf(wide)}">${image(wide, alt)}</figure>`;
  const stacked = narrow.map((svg, i) => image(svg, i ? '' : alt)).join('');
  return `<figure class="wide ${lookOf(wide)}">${image(wide, alt)}</figure><figure class="narrow ${lookOf(wide)}">${stacked}</figure>`;
}

/** Photographs keep their colours on a dark page. */
const lookOf = (svg: string): string => (svg.includes('<image') ? 'photo' : 'drawn');
