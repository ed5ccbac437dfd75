import { display, escapeHtml } from './display';
import { isCode } from './nbformat';
import type { Notebook } from './nbformat';

/** A result that stands for the whole notebook, printed at the end of `npm start`. */
export interface Headline {
  readonly name: string;
  readonly value: string;
}

const mime = 'application/vnd.vlm-weak-annotator.headline+json';

/**
 * Hands over one headline of a notebook, e.g. `headline('Area under the curve, weak-annotator', '41.6 %')`; shown in
 * place, and printed and put on top of the report by `npm start`. Numbers are rounded to four digits.
 */
export function headline(name: string, value: string | number): void {
  const text = typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
  const html = `<p><b>${escapeHtml(name)}:</b> ${escapeHtml(text).replace(/(\d) %/g, '$1\u00a0%')}</p>`;
  const content: Headline = { name, value: text };
  display({ data: { [mime]: content, 'text/html': html, 'text/plain': `${name}: ${text}` } });
}

/** The headlines an executed notebook hands over, in order. */
export function headlinesOf(notebook: Notebook): Headline[] {
  return notebook.cells
    .filter(isCode)
    .flatMap((cell) => cell.outputs)
    .flatMap((output) => ('data' in output && output.data[mime] ? [output.data[mime] as Headline] : []));
}
