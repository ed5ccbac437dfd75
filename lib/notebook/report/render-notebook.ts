import MarkdownIt from 'markdown-it';
import { escapeHtml } from '../display';
import { isCode, textOf } from '../nbformat';
import type { CodeCell, Notebook } from '../nbformat';
import { renderOutput } from './render-output';

export interface Heading {
  readonly id: string;
  readonly level: number;
  readonly text: string;
}

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });

/** A notebook's cells as HTML, and its headings for a table of contents; `prefix` keeps ids apart between notebooks. */
export function renderNotebook(notebook: Notebook, prefix: string): { html: string; headings: Heading[] } {
  const headings: Heading[] = [];
  const html = notebook.cells.map((cell) => {
    if (isCode(cell)) return renderCode(cell);
    if (cell.cell_type === 'raw') return `<pre>${escapeHtml(textOf(cell.source))}</pre>`;
    return renderMarkdown(textOf(cell.source), (level, text) => {
      const id = `${prefix}${headings.length + 1}`;
      headings.push({ id, level, text });
      return id;
    });
  });
  return { html: html.join('\n'), headings };
}

/** Also used for outputs in Markdown. Raw HTML in it is shown, not obeyed. */
export function renderMarkdown(text: string, onHeading?: (level: number, text: string) => string): string {
  const tokens = markdown.parse(text, {});
  tokens.forEach((token, i) => {
    if (token.type !== 'heading_open' || !onHeading) return;
    const words = (tokens[i + 1]?.children ?? []).map(({ content }) => content).join('');
    token.attrSet('id', onHeading(Number(token.tag.slice(1)), words));
  });
  return markdown.renderer.render(tokens, markdown.options, {});
}

function renderCode(cell: CodeCell): string {
  const source = textOf(cell.source);
  if (!source.trim()) return '';
  const firstLine = source.split('\n').find((line) => line.trim()) ?? '';
  const code =
    `<details class="code"><summary><code>${escapeHtml(firstLine)}</code></summary>` +
    `<pre><code>${escapeHtml(source)}</code></pre></details>`;
  const outputs = cell.outputs.map((output) => `<div class="output">${renderOutput(output, renderMarkdown)}</div>`);
  return [code, ...outputs].join('\n');
}
