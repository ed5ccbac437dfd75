import katex from '@vscode/markdown-it-katex';
import MarkdownIt from 'markdown-it';
import { escapeHtml } from '../display';

/** Formulas become MathML, which browsers draw without fonts or scripts of ours. */
const markdown = new MarkdownIt({ html: true }).use(katex, { output: 'mathml', throwOnError: false });
const { rules } = markdown.renderer;
rules['html_block'] = rules['html_inline'] = (tokens, i) => allowHarmless(tokens[i]!.content);

/** HTML in Markdown is shown as text, but for a few elements without attributes. */
const allowHarmless = (html: string): string =>
  escapeHtml(html).replace(/&#60;(\/?(?:details|summary|sub|sup|br|kbd))&#62;/g, '<$1>');

/** Markdown as HTML; a number keeps its % beside it. `onHeading` names the id that a heading gets. */
export function renderMarkdown(text: string, onHeading?: (level: number, text: string) => string): string {
  const tokens = markdown.parse(text.replace(/(\d) %/g, '$1\u00a0%'), {});
  tokens.forEach((token, i) => {
    if (token.type !== 'heading_open' || !onHeading) return;
    const words = (tokens[i + 1]?.children ?? []).map(({ content }) => content).join('');
    token.attrSet('id', onHeading(Number(token.tag.slice(1)), words));
  });
  return markdown.renderer.render(tokens, markdown.options, {});
}
