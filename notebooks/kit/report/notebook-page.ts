import { escapeHtml } from '../display';
import type { Notebook } from '../nbformat';
import { renderNotebook } from './render-notebook';
import { pageOf } from './report';

/** The script that notebook pages share, which makes their figures answer the mouse; it lies beside them. */
export const plotlyFile = 'plotly.min.js';

/** An executed notebook as a page: code is folded, figures are interactive where {@link plotlyFile} lies beside it. */
export function notebookPage({ name, notebook, back }: { name: string; notebook: Notebook; back?: string }): string {
  const { html, headings } = renderNotebook(notebook);
  const title = headings[0]?.text ?? name;
  const contents = headings
    .filter(({ level }) => level === 2)
    .map(({ id, text }) => `<a href="#${id}">${escapeHtml(text)}</a>`);
  const up = back === undefined ? '' : `<a href="${escapeHtml(back)}">Report</a> `;
  const head = html.includes('window.Plotly') ? `<script src="${plotlyFile}"></script>\n` : '';
  return pageOf({ title, head, body: `<nav>${up}${contents.join(' ')}</nav>\n<article>\n${html}\n</article>` });
}
