import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JSDOM } from 'jsdom';
import { bars, renderFigure } from '../../notebooks/kit/figures';
import { codeCell, isCode, type CodeCell } from '../../notebooks/kit/nbformat';
import { createNotebook, markdownCell } from './cells';
import type { Output } from '../../notebooks/kit/nbformat';
import { renderMarkdown } from '../../notebooks/kit/report/markdown';
import { findingsOf, type Finding } from '../../notebooks/kit/report/findings';
import { notebookPage } from '../../notebooks/kit/report/notebook-page';
import { studyFindings } from '../../notebooks/kit/report/study-report';
import type { Choice } from '../../lib/choices/choices';
import { defineLearner, type Learner } from '../../lib/model/learner';
import type { RoundRecord } from '../../lib/rounds/record';
import { withoutControl } from '../study/results/stored-records';
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

/** The findings of one notebook, whose figure was drawn. */
async function report(): Promise<string> {
  const { cells, ...rest } = await executed();
  const tagged = cells.map((cell) => ({ ...cell, metadata: { tags: ['finding'] } }));
  const figure = { name: 'f', narrow: ['f-narrow-1', 'f-narrow-2'] };
  const code = tagged.find(({ id }) => id === 'code') as CodeCell;
  Object.assign(code.outputs[0]!, { metadata: { figure } });
  const html = findingsOf({ ...rest, cells: tagged }, 'finding', (name) => `<svg xmlns="http://www.w3.org/2000/svg"><text>${name}</text></svg>`); // prettier-ignore
  const link = { href: 'notebooks/a.html', text: evil };
  return buildReport({
    title: `T ${evil}`,
    subtitle: evil,
    findings: [
      { html, link },
      { html, link },
    ],
  });
}

const isSafe = (document: Document): void => {
  assert.equal(document.querySelectorAll('[onerror], img[src="x"], a[href^="javascript"]').length, 0);
  for (const script of document.querySelectorAll('script'))
    assert.ok(!String(script.textContent).startsWith('document.title'));
  assert.equal(document.querySelector('pre.stdout')!.textContent, `${evil}\n`);
};

test('the report is one light file: pictures are inside, nothing is loaded from elsewhere, no script is in it', async () => {
  const html = await report();
  assert.ok(
    !/<(link|iframe|script)\b|url\(http|@import/.test(html.replaceAll(/<script>\n\(function[^]*?<\/script>/g, '')),
  );
  const { document } = new JSDOM(html).window;
  for (const element of document.querySelectorAll('[src]'))
    assert.match(element.getAttribute('src')!, /^data:image\/(png|svg\+xml);base64,/);
  assert.ok(buildReport({ title: 'T', subtitle: 'S', findings: [] }).length < 10_000);
});

test('text from anywhere is shown in report and pages, never obeyed', async () => {
  const { document } = new JSDOM(await report()).window;
  isSafe(document);
  assert.equal(document.title, `T ${evil}`);
  assert.equal(document.querySelector('section strong')!.textContent, 'bold');
  assert.equal(document.querySelector('.more a')!.textContent, `Notebook ${evil}: all of it, interactive`);
  isSafe(new JSDOM(notebookPage({ name: 'a"b', notebook: await executed(), back: '../report.html' })).window.document);
});

test('a figure is there once for a wide window and, panel by panel, for a phone; figures not drawn are pictures', async () => {
  const { document } = new JSDOM(await report()).window;
  const pictures = (selector: string): string[] =>
    [...document.querySelectorAll(`section:first-of-type ${selector} img`)].map((image) =>
      Buffer.from(image.getAttribute('src')!.split(',')[1]!, 'base64')
        .toString()
        .replace(/<[^>]*>/g, ''),
    );
  assert.deepEqual(pictures('figure.wide'), ['f']);
  assert.deepEqual(pictures('figure.narrow'), ['f-narrow-1', 'f-narrow-2']);
  const html = findingsOf(createNotebook([{ ...codeCell('c', '1', ['finding']), outputs: (await executed()).cells.filter(isCode)[0]!.outputs }]), 'finding', () => undefined); // prettier-ignore
  assert.ok(!html.includes('<figure') && html.includes('data:image/png'));
});

test('only what a notebook marks is in the report, its code never; what is the verdict is asked for apart', async () => {
  const notebook = createNotebook([
    { ...markdownCell('a', '# Question'), metadata: { tags: ['verdict'] } },
    markdownCell('b', 'not in the report'),
    {
      ...codeCell('c', 'const secret = 1;', ['finding']),
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'found' }],
    },
  ]);
  assert.match(
    findingsOf(notebook, 'verdict', () => undefined),
    /^<h2>Question<\/h2>\s*$/,
  );
  const html = findingsOf(notebook, 'finding', () => undefined);
  assert.ok(html.includes('found') && !html.includes('secret') && !html.includes('not in'));
});

test('a notebook’s page folds code, links every part, and has plotly.js beside it only where a figure needs it', async () => {
  const { document } = new JSDOM(notebookPage({ name: 'a', notebook: await executed() })).window;
  assert.equal(document.querySelectorAll('details.code:not([open])').length, 1);
  const links = [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href')!.slice(1));
  assert.ok(links.length > 0);
  for (const id of links) assert.equal(document.getElementById(id)!.tagName, 'H2');
  assert.equal(document.querySelector('script[src]')!.getAttribute('src'), 'plotly.min.js');
  assert.ok(!notebookPage({ name: 'a', notebook: createNotebook([markdownCell('t', '# T')]) }).includes('<script'));
});

/** Rounds of a strategy, two seeds of two rounds unless asked for otherwise. */
const roundsOf = (strategy: string, more: Partial<RoundRecord> = {}, rounds = 2): RoundRecord[] =>
  [0, 1].flatMap((seed) =>
    Array.from({ length: rounds }, (_, round) => ({
      dataset: evil,
      strategy,
      seed,
      round,
      budget: 10 * (round + 1),
      spent: 10 * (round + 1),
      engine: 'e',
      full: 9,
      weak: 9,
      boughtFull: 9,
      boughtWeak: strategy === 'margin' ? 0 : 9,
      fineAccuracy: 0.4 + round / 10,
      coarseAccuracy: 1,
      trustedOnlyFineAccuracy: 0.3,
      trustedOnlyCoarseAccuracy: 1,
      timing: { selectMs: 0, trainMs: 0 },
      ...(strategy === 'margin' ? {} : { weakCost: 0.1 }),
      ...more,
    })),
  );

/** All that findings say, words in pictures among them. */
const wordsOf = (findings: readonly Finding[]): string =>
  findings
    .map(({ html }) =>
      html.replace(/data:image\/svg\+xml;base64,([^"]+)/g, (_, data: string) => Buffer.from(data, 'base64').toString()),
    )
    .join(' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

test('anybody’s study has the same findings: verdict, curves, what was bought, numbers', async () => {
  const strategies = ['margin', 'weak-annotator'];
  const rounds = strategies.flatMap((strategy) => roundsOf(strategy));
  const findings = await studyFindings(rounds, { dataset: evil, strategies, validation: 0 });
  const { document } = new JSDOM(buildReport({ title: evil, subtitle: 's', findings })).window;
  assert.equal(document.querySelectorAll('section').length, 4);
  assert.match(
    String(document.body.textContent),
    /Does weak-annotator beat its rivals\?[^]*unresolved[^]*After round 0/,
  );
  assert.equal(document.querySelectorAll('script, [onerror], img[src="x"]').length, 0);
});

test('a study says how improvement was estimated only where a strategy estimated it, and always what was free', async () => {
  const words = async (more: Partial<RoundRecord>): Promise<string> =>
    wordsOf(
      await studyFindings(roundsOf('weak-annotator', more), {
        dataset: 'd',
        strategies: ['weak-annotator'],
        validation: 5,
      }),
    );
  assert.match(
    await words({ improvement: { full: 1, weak: 1 } }),
    /expected improvement .* 5 labels of each class are free/,
  );
  const without = await words({});
  assert.match(without, /5 labels of each class are free for validation/);
  assert.ok(!without.includes('expected improvement'));
});

test('a study says of its controls that they have a coarse head only where every learner with one is the network', async () => {
  const words = async (strategy: string, learner?: Choice<Learner>): Promise<string> =>
    wordsOf(
      await studyFindings(roundsOf(strategy), { dataset: 'd', strategies: [strategy], ...(learner && { learner }) }),
    );
  const coarseHead = /dashed: coarse head trained on full-/;
  assert.match(await words('margin'), coarseHead);
  assert.match(await words('margin', 'network(steps=100)'), coarseHead);
  assert.match(await words('weak-annotator-plus', 'network'), coarseHead);
  const mine = defineLearner({ name: 'mine', create: () => ({ fit: () => Promise.reject(new Error('not fitted')) }) });
  assert.match(await words('margin', mine), /dashed: learnt from the same full labels alone/);
});

test('a study of a learner without a coarse head draws no control', async () => {
  for (const [strategy, learner] of [['weak-annotator-plus'], ['margin', 'lda']] as const) {
    const setup = { dataset: 'd', strategies: [strategy], ...(learner && { learner }) };
    assert.doesNotMatch(wordsOf(await studyFindings(roundsOf(strategy).map(withoutControl), setup)), /dashed|control/);
  }
});

test('a study of one round has its findings', async () => {
  for (const strategy of ['weak-annotator', 'weak-annotator-plus']) {
    const findings = await studyFindings(roundsOf(strategy, {}, 1), { dataset: 'd', strategies: [strategy] });
    assert.equal(findings.length, 3, strategy);
  }
});

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
