import { escapeHtml } from '../display';
import { isCode, oneLine, textOf } from '../nbformat';
import type { CodeCell, Notebook } from '../nbformat';
import { renderMarkdown } from './markdown';
import { renderOutput } from './render-output';

export interface Heading {
  readonly id: string;
  readonly level: number;
  readonly text: string;
}

/** A notebook's cells as HTML, and its headings for a table of contents. */
export function renderNotebook(notebook: Notebook): { html: string; headings: Heading[] } {
  const headings: Heading[] = [];
  const html = notebook.cells.map((cell) => {
    if (isCode(cell)) return renderCode(cell);
    if (cell.cell_type === 'raw') return `<pre>${escapeHtml(textOf(cell.source))}</pre>`;
    return renderMarkdown(textOf(cell.source), (level, text) => {
      const id = `part-${headings.length + 1}`;
      headings.push({ id, level, text });
      return id;
    });
  });
  return { html: html.join('\n'), headings };
}

function renderCode(cell: CodeCell): string {
  const source = textOf(cell.source);
  if (!source.trim()) return '';
  const code =
    `<details class="code"><summary><code>${escapeHtml(oneLine(source).slice(0, 200))}</code></summary>` +
    `<pre><code>${escapeHtml(source)}</code></pre></details>`;
  const outputs = cell.outputs.map((output) => `<div class="output">${renderOutput(output)}</div>`);
  return [code, ...outputs].join('\n');
}
