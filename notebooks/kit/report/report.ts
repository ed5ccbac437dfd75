import { escapeHtml } from '../display';
import type { Finding } from './findings';
import { css } from './style';

export interface ReportInput {
  readonly title: string;
  /** One line below the title: profile, engine, what made it. */
  readonly subtitle: string;
  /** The verdict first. */
  readonly findings: readonly Finding[];
}

/**
 * One light HTML page of findings that needs nothing beside it: pictures are inside, links lead to the notebooks with their
 * text, code and interactive figures. What findings hold is taken as it is; all else is escaped.
 */
export function buildReport({ title, subtitle, findings }: ReportInput): string {
  const links = findings.flatMap(({ link }) => (link ? [link] : []));
  const nav = links
    .filter(({ href }, i) => links.findIndex((other) => other.href === href) === i)
    .map(({ href, text }) => `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`);
  const body =
    `<header><h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(subtitle)}</p>` +
    `${nav.length ? `<nav>Notebooks: ${nav.join(' ')}</nav>` : ''}</header>\n${findings.map(section).join('\n')}`;
  return pageOf({ title, body });
}

function section({ html, link }: Finding): string {
  if (!html) return '';
  const more = link
    ? `<p class="more"><a href="${escapeHtml(link.href)}">Notebook ${escapeHtml(link.text)}: all of it, interactive</a></p>`
    : '';
  return `<section>\n${html}\n${more}</section>`;
}

/** A page in the house's look. */
export const pageOf = ({
  title,
  body,
  head = '',
}: {
  title: string;
  body: string;
  head?: string;
}): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
${head}</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
