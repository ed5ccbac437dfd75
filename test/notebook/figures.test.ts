import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JSDOM } from 'jsdom';
import {
  bars,
  captionOf,
  learningCurves,
  purchaseShares,
  renderFigure,
  transitionMatrix,
} from '../../lib/notebook/figures';
import type { Figure, Provenance } from '../../lib/notebook/figures';
import { spread } from '../../lib/notebook/figures/spread';
import { halfWidth } from '../../lib/experiment/statistics';
import { legible, styleOf } from '../../lib/notebook/figures/style';
import { textWidth, wrap } from '../../lib/notebook/figures/text';
import { strategies } from '../../lib/strategies/registry';

const provenance: Provenance = {
  dataset: 'toy <images>',
  seeds: 2,
  profile: 'quick',
  engine: 'wasm',
  note: '91 % right',
};
const names = ['random', 'margin', 'badge', 'weak-annotator'];
const run = (offset: number) => ({ spent: [10, 20, 30], accuracy: [0.2 + offset, 0.3 + offset, 0.4 + offset] });
const curves = names.map((strategy, i) => ({
  strategy,
  runs: [run(i / 500), run(i / 500 + 0.02)],
  control: [run(0.01), run(0.02)],
}));
const purchases = names.map((strategy) => ({ strategy, runs: [{ full: [9, 5], weak: [0, 44] }] }));
const T = [
  [0.9, 0.1],
  [0.3, 0.7],
];

const figures: Record<string, () => Figure> = {
  'learning curves': () => learningCurves({ curves, provenance }),
  'lead over random': () => learningCurves({ curves, provenance, relativeTo: 'random' }),
  'purchase shares': () => purchaseShares({ strategies: purchases, provenance }),
  'purchase numbers': () => purchaseShares({ strategies: purchases, provenance, measure: 'number' }),
  'transition matrix': () =>
    transitionMatrix({
      matrices: [
        { name: 'Estimated', T },
        { name: 'True', T },
      ],
      groups: ['a', 'b<c'],
      provenance,
    }),
  bars: () =>
    bars({
      bars: names.map((name, i) => ({ name, values: [i, i + 1], control: [i] })),
      valueTitle: 'area (%)',
      provenance,
    }),
};

for (const [name, make] of Object.entries(figures)) {
  describe(`the figure of ${name}`, () => {
    test('is drawn to the same bytes again, at once or later, as SVG and as PNG of twice the size', async () => {
      const [first, second] = await Promise.all([renderFigure(make()), renderFigure(make())]);
      assert.equal(first.svg, second.svg);
      assert.ok(first.png.equals(second.png));
      assert.equal(first.html, second.html);
      assert.deepEqual([first.png.readUInt32BE(16), first.png.readUInt32BE(20)], [2 * make().width, 2 * make().height]);
    });

    test('says in the picture and beside it which data, seeds, profile and engine made it', async () => {
      const { svg, text } = await renderFigure(make());
      const drawn = new JSDOM(svg, { contentType: 'image/svg+xml' }).window.document.documentElement.textContent ?? '';
      for (const part of ['Data: toy <images>', '2 seeds', 'profile quick', 'engine wasm'])
        assert.ok(drawn.includes(part) && text.includes(part), part);
    });

    test('draws every text within the picture', async () => {
      const figure = make();
      const { svg } = await renderFigure(figure);
      assert.ok(!/NaN|Infinity|undefined/.test(svg));
      const annotations = figure.layout['annotations'] as { text: string; font: { size: number } }[];
      for (const { text, font } of annotations)
        for (const line of text.split('<br>'))
          assert.ok(textWidth(line.replace(/<[^>]*>/g, ''), font.size) <= figure.width - 20, line);
    });

    test('can be stored as JSON without loss', () => assert.deepEqual(JSON.parse(JSON.stringify(make())), make()));
  });
}

test('learning curves are means over seeds in percent, labelled at their ends without overlap', () => {
  const figure = learningCurves({ curves, provenance });
  const line = figure.data.find((trace) => trace['name'] === 'random')!;
  assert.deepEqual(
    (line['y'] as number[]).map((y) => Number(y.toFixed(6))),
    [21, 31, 41],
  );
  const labels = (figure.layout['annotations'] as { text: string; yshift: number }[]).filter(({ text }) =>
    /^<b>(random|margin|badge|weak)/.test(text),
  );
  assert.equal(labels.length, names.length);
  const heights = labels.map(({ yshift }) => yshift).sort((a, b) => a - b);
  heights.slice(1).forEach((height, i) => assert.ok(height - heights[i]! >= 17.99));
  assert.equal(figure.data.filter((trace) => String(trace['name']).endsWith(', control')).length, names.length);
});

test('learning curves relative to a strategy are differences run by run: their spread is that of the pairs', () => {
  const pair = (a: number, b: number) => [a, b].map((value) => ({ spent: [1], accuracy: [value] }));
  const input = [
    { strategy: 'random', runs: pair(0.2, 0.4) },
    { strategy: 'badge', runs: pair(0.3, 0.5) },
  ];
  const { data } = learningCurves({ curves: input, provenance, relativeTo: 'random' });
  const line = data.filter((trace) => trace['name'] === 'badge')[0]!;
  assert.ok(Math.abs((line['y'] as number[])[0]! - 10) < 1e-9 && (line['customdata'] as number[])[0]! < 1e-9);
  assert.throws(
    () => learningCurves({ curves: input, provenance, relativeTo: 'margin' }),
    /relative to "margin"; there are random, badge/,
  );
});

test('figures name what is wrong with their data', () => {
  const bad =
    (accuracy: number[], spent = [1, 2]) =>
    () =>
      learningCurves({ curves: [{ strategy: 's', runs: [{ spent, accuracy }] }], provenance });
  assert.throws(bad([0.1, 41]), /Unexpected accuracy 41 of s; expected a fraction/);
  assert.throws(bad([0.1, NaN]), /Unexpected accuracy NaN/);
  assert.throws(bad([0.1]), /differ in length: 2 rounds/);
  assert.throws(() => learningCurves({ curves: [], provenance }), /at least one curve/);
  const matrix = (rows: number[][]) => () =>
    transitionMatrix({ matrices: [{ name: 'T', T: rows }], groups: ['a', 'b'], provenance });
  assert.throws(matrix([[1, 0]]), /T is 1 x 2; expected 2 x 2/);
  assert.throws(matrix([[0.9, 0.3], [0.1, 0.7]]), /Row 0 of T sums to 1\.2, not 1/); // prettier-ignore
  assert.throws(
    () => bars({ bars: [{ name: 'b', values: [NaN] }], valueTitle: 'v', provenance }),
    /Bar "b" has the values \[NaN\]/,
  );
});

test('a transition matrix may have a column for answers outside the list', () => {
  const figure = transitionMatrix({ matrices: [{ name: 'T', T: [[0.5, 0.2, 0.3], [0, 1, 0]] }], groups: ['a', 'b'], provenance }); // prettier-ignore
  assert.deepEqual((figure.layout['xaxis'] as { ticktext: string[] }).ticktext, ['a', 'b', 'outside the list']);
  assert.match(figure.text, /a taken for outside the list \(30\.0 %\)/);
});

test('every strategy has a look of its own', () => {
  const looks = strategies.map(({ name }) => styleOf(name));
  const known = new Set(looks.map(({ color, symbol, dash }) => [color, symbol, dash].join()));
  assert.equal(known.size, strategies.length);
  for (const { name } of strategies) assert.deepEqual(styleOf(name, 0), styleOf(name, 1), `${name} has no fixed look`);
});

test('spread(wanted, gap) moves labels apart, no more than needed, and keeps their order', () => {
  assert.deepEqual(spread([10, 50, 90], 18), [10, 50, 90]);
  assert.deepEqual(spread([50, 50], 18), [41, 59]);
  assert.deepEqual(spread([30, 10, 20], 10), [30, 10, 20]);
  assert.deepEqual(spread([0, 0, 0], 10, 0, 100), [0, 10, 20]);
  assert.deepEqual(spread([100, 100], 10, 0, 100), [90, 100]);
});

test('halfWidth(values, spread) is the sample deviation, or half of a t interval', () => {
  assert.equal(halfWidth([5], 'ci95'), 0);
  assert.equal(halfWidth([1, 3], 'sd'), Math.SQRT2);
  assert.ok(Math.abs(halfWidth([1, 2, 3], 'ci95') - 4.303 / Math.sqrt(3)) < 1e-9);
  const many = Array.from({ length: 21 }, (_, i) => i);
  assert.ok(Math.abs(halfWidth(many, 'ci95') / halfWidth(many, 'sd') - 2.086 / Math.sqrt(21)) < 1e-3);
});

test('legible(color) darkens until text can be read, and leaves dark colours', () => {
  assert.equal(legible('#000000'), '#000000');
  assert.equal(legible('#0072B2').toLowerCase(), '#0072b2');
  assert.notEqual(legible('#E69F00').toLowerCase(), '#e69f00');
});

test('wrap(text, width) breaks between words only', () => {
  const lines = wrap('one two three four', textWidth('one two', 12), 12);
  assert.deepEqual(lines, ['one two', 'three', 'four']);
  assert.equal(captionOf({ ...provenance, seeds: [7] }).includes('1 seed ·'), true);
});
