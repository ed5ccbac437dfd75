import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JSDOM } from 'jsdom';
import { bars, renderFigure } from '../../notebooks/kit/figures';
import { codeCell } from '../../notebooks/kit/nbformat';
import { createNotebook, markdownCell } from './cells';
import type { Output } from '../../notebooks/kit/nbformat';
import { renderMarkdown } from '../../notebooks/kit/report/markdown';
import { buildReport } from '../../notebooks/kit/report/report';

const evil = `<script>document.title = 'evil'</script><img src=x onerror="document.title = 'evil'">`;

async function executed() {
  const provenance = { dataset: evil, seeds: 1, profile: 'quick', engine: 'wasm' };
  const { html, png, text } = await renderFigure(
    bars({ bars: [{ name: evil, values: [1] }], valueTitle: evil, title: evil, provenance }),
  );
  const cell = codeCell('code', `const secret = 1;\n// ${evil}`);
  const data = { 'text/html': html, 'image/png': png.toString('base64'), 'text/plain': text };
  const headline = {
    'application/vnd.vlm-weak-annotator.headline+json': { name: evil, value: '1' },
    'text/plain': evil,
  };
  const outputs: Output[] = [
    { output_type: 'display_data', data, metadata: {} },
    { output_type: 'stream', name: 'stdout', text: [evil, '\n'] },
    { output_type: 'display_data', data: headline, metadata: {} },
    { output_type: 'execute_result', data: { 'text/markdown': `**bold** ${evil}` }, metadata: {}, execution_count: 1 },
    { output_type: 'error', ename: 'E', evalue: evil, traceback: ['\u001b[31m', evil] },
    {
      output_type: 'display_data',
      data: { 'image/png': [png.toString('base64'), '\n'], 'text/plain': evil },
      metadata: {},
    },
  ];
  return createNotebook([
    markdownCell(
      'head',
      `# Title & ${evil}\n\nText with \`code\`, **bold** and [a link](javascript:alert(1)) ${evil}\n\n## Part`,
    ),
    { ...cell, outputs },
    { cell_type: 'raw', id: 'raw', metadata: {}, source: evil },
  ]);
}

test('the report is one file: nothing in it is loaded from elsewhere, and figures come alive in it', async () => {
  const html = buildReport({
    title: `T ${evil}`,
    subtitle: evil,
    notebooks: [{ name: 'a"b', notebook: await executed() }],
  });
  assert.ok(!/<(link|iframe)\b|<script[^>]+src=|url\(http|@import/.test(html.replace(/<script>[^]*?<\/script>/g, '')));
  assert.equal(html.match(/window\.Plotly\s*=/g)?.length, 1, 'plotly.js is inside, once');
  const { document } = new JSDOM(html).window;
  for (const element of document.querySelectorAll('[src], link'))
    assert.match(element.getAttribute('src') ?? '', /^data:image\/png;base64,/);
});

test('text from anywhere is shown in the report, never obeyed', async () => {
  const html = buildReport({
    title: `T ${evil}`,
    subtitle: evil,
    notebooks: [{ name: 'a"b', notebook: await executed() }],
  });
  const { document } = new JSDOM(html).window;
  assert.equal(document.querySelectorAll('[onerror], img[src="x"], a[href^="javascript"]').length, 0);
  for (const script of document.querySelectorAll('script'))
    assert.ok(!String(script.textContent).startsWith('document.title'));
  assert.equal(document.title, `T ${evil}`);
  assert.equal(document.querySelector('pre.stdout')!.textContent, `${evil}\n`);
  assert.equal(document.querySelector('article strong')!.textContent, 'bold');
});

test('the report folds code, lists headlines and links every heading from its contents', async () => {
  const notebook = await executed();
  const html = buildReport({ title: 'T', subtitle: 'S', notebooks: [{ name: 'a', notebook }, { name: 'b', notebook }] }); // prettier-ignore
  const { document } = new JSDOM(html).window;
  assert.equal(document.querySelectorAll('details.code:not([open])').length, 2);
  assert.equal(document.querySelectorAll('.headlines tr').length, 2);
  const links = [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href')!.slice(1));
  assert.equal(new Set(links).size, 4);
  for (const id of links) assert.match(document.getElementById(id)!.tagName, /^H[12]$/);
});

test('a report without figures does not carry plotly.js', () =>
  assert.ok(buildReport({ title: 'T', subtitle: 'S', notebooks: [] }).length < 10_000));

test('renderMarkdown(text) draws formulas as MathML and folds details, but no element that could act', () => {
  const html = renderMarkdown(
    `Price $c_w$ of $5.\n\n<details><summary>Solution</summary>\n\n**yes** <a onclick="x">no</a>\n\n</details>`,
  );
  const { body } = new JSDOM(html).window.document;
  assert.equal(body.querySelectorAll('math msub').length, 1);
  assert.equal(body.querySelector('details > summary')!.textContent, 'Solution');
  assert.equal(body.querySelector('details strong')!.textContent, 'yes');
  assert.equal(body.querySelectorAll('a').length, 0);
  assert.match(renderMarkdown('<details open onclick="x">\n'), /^&#60;details open/);
  assert.match(renderMarkdown('$\\href{javascript:x}{a}$'), /^(?![^]*href="javascript)/);
});
