import { escapeHtml } from '../display';
import { plotlyScript } from '../figures/show';
import { headlinesOf } from '../headline';
import type { Notebook } from '../nbformat';
import { renderNotebook } from './render-notebook';
import type { Heading } from './render-notebook';
import { css } from './style';

export interface ReportInput {
  readonly title: string;
  /** One line below the title: profile, engine, what made it. */
  readonly subtitle: string;
  readonly notebooks: readonly { readonly name: string; readonly notebook: Notebook }[];
}

/**
 * One HTML page of executed notebooks that needs nothing beside it: figures are interactive (plotly.js is inside, once), code is
 * folded. All text is escaped; only what notebooks put out as HTML is taken as it is.
 */
export function buildReport({ title, subtitle, notebooks }: ReportInput): string {
  const sections = notebooks.map(({ name, notebook }, i) => ({
    name,
    notebook,
    ...renderNotebook(notebook, `n${i + 1}-`),
  }));
  const hasFigures = sections.some(({ html }) => html.includes('window.Plotly'));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
${hasFigures ? `<script>${plotlyScript()}</script>` : ''}
</head>
<body>
<nav>
<p class="title">${escapeHtml(title)}</p>
${sections.map(({ headings }) => contents(headings)).join('\n')}
</nav>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(subtitle)}</p>
${headlineTable(notebooks)}
</header>
${sections.map(({ name, html }) => `<article aria-label="${escapeHtml(name)}">\n${html}\n</article>`).join('\n')}
</main>
</body>
</html>
`;
}

const contents = (headings: readonly Heading[]): string =>
  `<ul>${headings
    .filter(({ level }) => level <= 2)
    .map(({ id, level, text }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`)
    .join('')}</ul>`;

function headlineTable(notebooks: ReportInput['notebooks']): string {
  const rows = notebooks
    .flatMap(({ notebook }) => headlinesOf(notebook))
    .map(({ name, value }) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`);
  return rows.length ? `<table class="headlines"><tbody>${rows.join('')}</tbody></table>` : '';
}
