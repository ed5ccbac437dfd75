import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { bitsRow, measuredAnnotators, measuredRow, readAnswerCounts } from '../../lib/index';
import { repositoryRoot } from '../../lib/root';
import { strategies } from '../../lib/strategies/registry';
import { forest, learningCurves, lines, type Figure } from '../../notebooks/kit/figures';
import { hasTag, isCode, readNotebook, textOf } from '../../notebooks/kit/nbformat';
import type { RoundRecord } from '../../lib/rounds/record';
import { controlledIn } from '../../lib/study/statistics';
import { recordedMain } from '../../notebooks/kit/recorded/read';
import { savingsFigure } from '../../notebooks/kit/savings';
import { verdict } from '../../notebooks/kit/verdict';
import { listNotebooks } from '../../notebooks/kit/notebooks';
import { storedRecord } from '../study/results/stored-records';

const provenance = { dataset: 'd', seeds: 2, profile: 'test', engine: 'e' };
const estimate = { mean: 1, low: 0, high: 2 };
const point = [{ x: 1, values: [1, 2] }];
const run = { spent: [1, 2], accuracy: [0.1, 0.2] };

const record = (strategy: string): RoundRecord => storedRecord({ strategy });

/** What each kind of figure calls its marks, taken from a figure of that kind. */
const kinds: Record<string, Figure> = {
  forest: forest({
    panels: [{ title: '', rows: [{ name: 'a', estimate, control: estimate }] }],
    valueTitle: 'v',
    provenance,
  }),
  lines: lines({ series: [{ name: 'a', points: point, control: point }], xTitle: 'x', yTitle: 'y', reference: { y: 1, name: 'r' }, provenance }), // prettier-ignore
  verdict: verdict(
    ['a', 'b'].flatMap((strategy) => record(strategy)),
    'a',
    provenance,
  ).figure,
  savingsFigure: savingsFigure(
    [{ title: 'd', records: [{ ...record('a'), weakCost: 0.01 }, record('b')] }],
    'a',
    provenance,
  ),
  learningCurves: learningCurves({ curves: [{ strategy: 'a', runs: [run, run], control: [run] }], reference: { y: 1, name: 'r' }, provenance }), // prettier-ignore
};
const marks: Record<string, (figure: Figure) => boolean> = {
  dashed: ({ data }) => JSON.stringify(data).includes('"dash":"4px,3px"'),
  dotted: ({ layout }) => JSON.stringify(layout['shapes'] ?? []).includes('"dash":"dot"'),
  hollow: ({ data }) => JSON.stringify(data).includes('"color":"#ffffff"'),
  filled: ({ data }) => data.some(({ marker }) => (marker as { color?: string } | undefined)?.color !== '#ffffff'),
  pale: ({ data }) => data.some(({ opacity }) => opacity === 0.5),
};

/** Prose of each notebook with the code cell that follows it. */
const paragraphs = listNotebooks().flatMap((file) => {
  const { cells } = readNotebook(file);
  return cells.flatMap((cell, i) => {
    if (isCode(cell)) return [];
    const near = [...cells.slice(i + 1), ...cells.slice(0, i).reverse()].filter(isCode);
    const figureCells = near.map(({ source }) => textOf(source)).filter((code) => /\bshow\(/.test(code));
    return [{ file: path.basename(file), id: cell.id, text: textOf(cell.source), figure: figureCells[0] ?? '' }];
  });
});

describe('what prose says of figures is in the figures', () => {
  for (const { file, id, text, figure } of paragraphs)
    for (const [word, isDrawn] of Object.entries(marks))
      if (new RegExp(`\\b${word}\\b`, 'i').test(text))
        test(`${file}, ${id}: ${word}`, () => {
          const drawn = Object.keys(kinds).filter((kind) => new RegExp(`\\b${kind}\\(`).test(figure));
          assert.ok(drawn.length, `no figure with marks beside it: ${figure.slice(0, 80)}`);
          assert.ok(
            drawn.some((kind) => isDrawn(kinds[kind]!)),
            `${drawn.join(', ')} draws nothing ${word}`,
          );
        });
});

test('every strategy that prose sets in bold, and every section that it refers to by number, exists', () => {
  const names = new Set([...strategies.map(({ name }) => name), 'stand-in']);
  const hyphened = /^[a-z]+(-[a-z]+)+$/;
  for (const { file, id, text } of paragraphs)
    for (const [, name] of text.matchAll(/\*\*([a-z-]+)\*\*/g))
      if (hyphened.test(name!)) assert.ok(names.has(name!), `${file}, ${id}: there is no strategy ${name}`);
  for (const { file, id, text } of paragraphs) {
    const own = paragraphs
      .filter((other) => other.file === file)
      .flatMap(({ text }) => [...text.matchAll(/^## (\d+) /gm)]);
    for (const [, number] of text.matchAll(/\bsections? (\d+)\b/g))
      assert.ok(
        own.some(([, n]) => n === number),
        `${file}, ${id}: there is no section ${number}`,
      );
  }
});

test('sections are numbered from 1 without a gap', () => {
  for (const file of new Set(paragraphs.map(({ file }) => file))) {
    const numbers = paragraphs.filter((p) => p.file === file).flatMap(({ text }) => [...text.matchAll(/^## (\d+) /gm)]);
    assert.deepEqual(
      numbers.map(([, n]) => Number(n)),
      numbers.map((_, i) => i + 1),
      file,
    );
  }
});

test('prose states no result in numbers of its own: percentages and points belong to cells that compute them', () => {
  const result = /\b\d+(\.\d+)? (points? (ahead|behind|better|worse)|of the (gain|weak labels) )|[+−]\d+\.\d/;
  for (const { file, id, text } of paragraphs)
    assert.ok(
      !result.test(text.replace(/<details>[^]*?<\/details>/g, '')),
      `${file}, ${id}: ${result.exec(text)?.[0]}`,
    );
});

test('what 01 says of bits, and 03 of how often VLMs name the group rightly, is what was counted', () => {
  const counts = new Map(measuredAnnotators().map((name) => [name, readAnswerCounts(name)]));
  const of = (part: string) => [...counts].find(([name]) => name.includes(part))![1];
  const told = (part: string) => bitsRow(of(part));
  for (const part of ['flowers', 'aircraft']) assert.ok(told(part)['a fine answer'] > told(part)['a group'], part);
  assert.ok(told('cub')['a fine answer'] < told('cub')['a group'], 'Qwen’s birds are the exception');
  assert.equal(Math.round(measuredRow(of('cub'))['outside the list (%)'] / 10), 4, 'four of ten');
  const right = ['flowers', 'cub', 'aircraft'].map((part) => Math.round(measuredRow(of(part))['coarse right (%)']));
  const said = paragraphs.flatMap(
    ({ text }) => /read off the names \((\d+) %, (\d+) % and (\d+) % right/.exec(text) ?? [],
  );
  assert.deepEqual(said.slice(1).map(Number), right);
});

test('every notebook that reads records checks them by a live run, and fails where they do not hold', () => {
  for (const file of listNotebooks()) {
    const code = readNotebook(file)
      .cells.filter(isCode)
      .map(({ source }) => textOf(source))
      .join('\n');
    if (/recorded(Study|Main|Fits)\(/.test(code)) {
      assert.match(code, /compareLines\(/, file);
      assert.match(code, /!holds\(held\)\) throw/, file);
    }
  }
});

test('findings for the report are marked in the notebooks, the verdict in one', () => {
  const tagged = (tag: string): string[] =>
    listNotebooks().filter((file) => readNotebook(file).cells.some((cell) => hasTag(cell, tag)));
  assert.deepEqual(
    tagged('verdict').map((file) => path.basename(file)),
    ['03-active-learning.ipynb'],
  );
  assert.ok(tagged('finding').length >= 2);
});

test('the lesson plan counts the comparisons of the verdict as there are', () => {
  const names = [...new Set(recordedMain().map(({ strategy }) => strategy))];
  const controls = names.filter(controlledIn(recordedMain()));
  const lesson = readFileSync(path.join(repositoryRoot, 'notebooks', 'LESSON.md'), 'utf8');
  const [, said] = /(\d+) comparisons at each price/.exec(lesson)!;
  assert.equal(Number(said), names.length - 1 + controls.length, 'every rival, every control and the method’s own');
});
