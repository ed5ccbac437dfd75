import { escapeHtml } from '../display';
import { textOf } from '../nbformat';
import type { MimeBundle, Output } from '../nbformat';
import { renderMarkdown } from './markdown';

/** One output as HTML, in the richest form it has; text is escaped, HTML and SVG are taken as they are. */
export function renderOutput(output: Output): string {
  if (output.output_type === 'stream')
    return `<pre class="${output.name}">${escapeHtml(plain(textOf(output.text)))}</pre>`;
  if (output.output_type === 'error')
    return `<pre class="stderr">${escapeHtml(plain(output.traceback.join('\n')))}</pre>`;
  const text = (mime: string): string | undefined => contentOf(output.data, mime);
  const richest = text('text/html') ?? text('image/svg+xml');
  if (richest !== undefined) return richest;
  const image = Object.keys(output.data).find((mime) => /^image\/(png|jpeg|gif)$/.test(mime));
  if (image)
    return `<img alt="${escapeHtml(text('text/plain') ?? '')}" src="data:${image};base64,${text(image)!.replace(/\s/g, '')}">`;
  const prose = text('text/markdown');
  if (prose !== undefined) return renderMarkdown(prose);
  return `<pre>${escapeHtml(plain(text('text/plain') ?? ''))}</pre>`;
}

function contentOf(data: MimeBundle, mime: string): string | undefined {
  const content = data[mime];
  return typeof content === 'string' || Array.isArray(content) ? textOf(content as string | string[]) : undefined;
}

/** Without terminal colours. */
// eslint-disable-next-line no-control-regex
const plain = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, '');
