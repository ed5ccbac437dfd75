import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { JSDOM } from 'jsdom';
import {
  bars,
  captionOf,
  confusionMatrix,
  forest,
  imageGrid,
  learningCurves,
  lines,
  penaltyMatrix,
  picturesOf,
  purchaseShares,
  renderFigure,
  strongestConfusions,
  transitionMatrix,
  withSlider,
} from '../../notebooks/kit/figures';
import type { Figure, Provenance, RenderedFigure } from '../../notebooks/kit/figures';
import { PNG_SCALE } from '../../notebooks/kit/figures/render';
import { spread } from '../../notebooks/kit/figures/spread';
import { answered, legible, strategyStyle, styleOf } from '../../notebooks/kit/figures/style';
import { textWidth, wrap } from '../../notebooks/kit/figures/text';
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
const many = strategies.map(({ name }) => name);
const manyNames = Array.from({ length: 46 }, (_, i) => `class ${i}`);
const groups = manyNames.map((_, i) => Math.floor(i / 7));
const groupNames = Array.from({ length: 7 }, (_, i) => `group ${i}`);
/** Rows that sum to 1, each a step further to the right. */
const circulant = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (j === i ? 0.7 : j === (i + 1) % n ? 0.3 : 0)),
  );
/** Without plotly's markup. */
const plain = (text: string): string =>
  text.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
const series = (name: string, xs: number[]) => ({ name, points: xs.map((x) => ({ x, values: [x, x + 1] })) });
const comparison = (name: string, i: number) => {
  const estimate = { mean: i - 3, low: i - 4.5, high: i - 2 };
  return { name, estimate, control: estimate, note: '2 of 2' };
};
const pixel = { uri: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', width: 1, height: 1 }; // prettier-ignore

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
  'confusions of few': () => confusionMatrix({ counts: [[8, 2], [0, 5]], classes: ['a', 'b<c'], provenance }), // prettier-ignore
  'confusions of many': () =>
    confusionMatrix({ counts: circulant(46), classes: manyNames, groupOf: groups, groups: groupNames, provenance }),
  lines: () => lines({ series: [series('a<b', [0.01, 1]), series('margin', [0.1])], xTitle: 'price', yTitle: 'area (%)', logX: true, reference: { y: 0, name: 'none' }, provenance }), // prettier-ignore
  forest: () =>
    forest({
      panels: ['0.01', '0.1'].map((title) => ({ title, rows: many.map(comparison) })),
      valueTitle: 'gain (points)',
      provenance,
    }),
  'pairwise penalties': () => penaltyMatrix({ strategies: many, penalties: circulant(many.length), provenance }),
  images: () =>
    imageGrid({ sections: [{ title: 'a heading of one line on a desk, and of two on a telephone', images: [{ picture: pixel, caption: ['<b>', 'x'.repeat(99)], frame: answered.wrong }] }], provenance }), // prettier-ignore
};

test('figures that are drawn at once are drawn as one after another', async () => {
  const make = figures['bars']!;
  const [first, second] = await Promise.all([renderFigure(make()), renderFigure(make())]);
  assert.equal(first.svg, second.svg);
});

for (const [name, make] of Object.entries(figures)) {
  describe(`the figure of ${name}`, () => {
    let first: RenderedFigure;
    before(async () => (first = await renderFigure(make())));

    test('is drawn to the same bytes again, as SVG and as PNG at its scale', async () => {
      const second = await renderFigure(make());
      assert.equal(first.svg, second.svg);
      assert.ok(first.png.equals(second.png));
      assert.equal(first.html, second.html);
      const { width, height } = make();
      [width, height].forEach((length, i) =>
        assert.ok(Math.abs(first.png.readUInt32BE(16 + 4 * i) - PNG_SCALE * length) < 1),
      );
    });

    test('says in the picture and beside it which data, seeds, profile and engine made it', () => {
      const { svg, text } = first;
      const drawn = new JSDOM(svg, { contentType: 'image/svg+xml' }).window.document.documentElement.textContent ?? '';
      for (const part of ['Data: toy <images>', '2 seeds', 'profile quick', 'engine wasm'])
        assert.ok(drawn.includes(part) && text.includes(part), part);
    });

    test('draws every text within the picture', () => {
      assert.ok(!/NaN|Infinity|undefined/.test(first.svg));
      for (const { layout, width } of [make(), ...(make().narrow ?? [])])
        for (const { text, font } of layout['annotations'] as { text: string; font: { size: number } }[])
          for (const line of text.split('<br>')) assert.ok(textWidth(plain(line), font.size) <= width - 20, line);
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

test('strongestConfusions(counts) ranks what is taken for what by share of the true class', () => {
  const found = strongestConfusions([[6, 1, 3], [4, 0, 0], [0, 0, 0]]); // prettier-ignore
  assert.deepEqual(
    found.map(({ truth, answer, share }) => [truth, answer, share]),
    [
      [1, 0, 1],
      [0, 2, 0.3],
      [0, 1, 0.1],
    ],
  );
});

test('a confusion matrix names the strongest confusions, and has a column for answers outside the list', () => {
  const { text, layout } = confusionMatrix({ counts: [[6, 1, 3], [4, 0, 0]], classes: ['a', 'b'], provenance }); // prettier-ignore
  assert.match(
    text,
    /^42\.9 % right\. Strongest confusions: b taken for a \(100 %\); a taken for outside the list \(30 %\)/,
  );
  assert.deepEqual((layout['xaxis'] as { ticktext: string[] }).ticktext, ['a', 'b', 'outside the list']);
  const bad = (counts: number[][]) => () => confusionMatrix({ counts, classes: ['a', 'b'], provenance });
  assert.throws(bad([[1, 0]]), /of 1 x 2; expected 2 x 2/);
  assert.throws(bad([[0, 0], [0, 0]]), /at least one above/); // prettier-ignore
});

test('a forest plot stands in the order of its first panel, pale where an interval holds 0', () => {
  const row = (name: string, mean: number, half: number) => ({ name, estimate: { mean, low: mean - half, high: mean + half } }); // prettier-ignore
  const rows = [row('random', -2, 1), row('margin', 1, 2), row('badge', 3, 1)];
  const { text, data } = forest({ panels: [{ title: '', rows }], valueTitle: 'gain', provenance });
  assert.match(text, /^badge \+3\.0 \(\+2\.0 to \+4\.0\); margin \+1\.0 \(−1\.0 to \+3\.0\); random −2\.0/);
  assert.deepEqual(
    data.map((trace) => [trace['name'], trace['opacity'], (trace['y'] as number[])[0]]),
    [
      ['random', 1, 2],
      ['margin', 0.5, 1],
      ['badge', 1, 0],
    ],
  );
  const outside = [{ name: 'a', estimate: { mean: 5, low: 0, high: 1 } }];
  assert.throws(() => forest({ panels: [{ title: '', rows: outside }], valueTitle: 'g', provenance }), /not within/);
});

test('one row far out does not press the others together: it is left outside, its number after an arrow', () => {
  const row = (name: string, mean: number) => ({ name, estimate: { mean, low: mean - 1, high: mean + 1 } });
  const { layout } = forest({ panels: [{ title: '', rows: [row('a', 20), row('b', 2), row('c', -1)] }], valueTitle: 'v', provenance }); // prettier-ignore
  const { range } = layout['xaxis'] as { range: [number, number] };
  assert.ok(range[1] < 4 && range[0] < -2);
  const labels = (layout['annotations'] as { text: string }[]).map(({ text }) => text);
  assert.ok(labels.includes('→ +20.0') && labels.includes('+2.0'));
});

test('and a row far out on the left is left outside there', () => {
  const row = (name: string, mean: number) => ({ name, estimate: { mean, low: mean - 1, high: mean + 1 } });
  const { layout } = forest({ panels: [{ title: '', rows: [row('a', 4), row('b', -2), row('c', -18)] }], valueTitle: 'v', provenance }); // prettier-ignore
  const { range } = layout['xaxis'] as { range: [number, number] };
  assert.ok(range[0] > -4 && range[1] > 5, range.join(' to '));
  assert.ok((layout['annotations'] as { text: string }[]).some(({ text }) => text === '← −18.0'));
});

test('a single run is told without ±', () => {
  const words = (values: number[]) =>
    JSON.stringify(lines({ series: [{ name: 'a', points: [{ x: 1, values }] }], xTitle: 'x', yTitle: 'y', provenance }).data); // prettier-ignore
  assert.ok(words([1, 2]).includes('±') && !words([1]).includes('±'));
});

test('no interval is cut: a row that is far out only beside short positive ones stays inside', () => {
  const row = (name: string, mean: number, half: number) => ({ name, estimate: { mean, low: mean - half, high: mean + half } }); // prettier-ignore
  const { layout } = forest({ panels: [{ title: '', rows: [row('a', 0.2, 0.7), row('b', -0.2, 0.4), row('c', -1.2, 0.5)] }], valueTitle: 'v', provenance }); // prettier-ignore
  const { range } = layout['xaxis'] as { range: [number, number] };
  assert.ok(range[0] < -1.7 && range[1] > 0.9, range.join(' to '));
});

test('a reference is named below the title, where it covers no line', () => {
  const { layout } = lines({ series: [{ name: 'a', points: [{ x: 1, values: [1, 2] }] }], xTitle: 'x', yTitle: 'y', reference: { y: 1.25, name: 'nothing' }, provenance }); // prettier-ignore
  const texts = (layout['annotations'] as { text: string }[]).map(({ text }) => text);
  assert.ok(
    texts.some((text) => text.includes('dotted: nothing, 1.3')),
    texts.join(' | '),
  );
});

test('pairwise penalties are means over the other strategies, least beaten first', () => {
  const penalties = [[0, 3, 1], [0, 0, 0], [2, 4, 0]]; // prettier-ignore
  const { text, data } = penaltyMatrix({ strategies: ['a', 'b', 'c'], penalties, settings: 5, provenance });
  assert.equal(text, 'Mean penalty, best first: c 0.50; a 1.00; b 3.50.');
  assert.deepEqual((data[0]!['z'] as unknown[])[0], [null, 2, 4]);
});

test('lines are means over seeds at each point, in the order of x, and refuse what no axis can hold', () => {
  const points = [{ x: 2, values: [1, 3] }, { x: 1, values: [5] }]; // prettier-ignore
  const { data } = lines({ series: [{ name: 's', points }], xTitle: 'x', yTitle: 'y', provenance });
  assert.deepEqual([data[1]!['x'], data[1]!['y']], [[1, 2], [5, 2]]); // prettier-ignore
  const bad = [{ x: 0, values: [1] }];
  const draw = () => lines({ series: [{ name: 's', points: bad }], xTitle: 'x', yTitle: 'y', logX: true, provenance });
  assert.throws(draw, /s has a point at 0; expected a number above 0/);
});

test('picturesOf(split, rows) puts images into figures as data URIs', async () => {
  const pixels = Uint8Array.from([0, 255, 9, 8, 7, 6]);
  const split = {
    fine: Int32Array.of(0, 0, 0),
    images: { count: 3, height: 1, width: 2, channels: 1, pixels } as const,
  };
  const [first, last] = await picturesOf(split, [0, 2]);
  assert.match(first!.uri, /^data:image\/png;base64,/);
  assert.deepEqual([first!.width, first!.height], [2, 1]);
  assert.notEqual(first!.uri, last!.uri);
  const { svg } = await renderFigure(
    imageGrid({ sections: [{ title: '', images: [{ picture: first! }] }], provenance }),
  );
  assert.ok(svg.includes(first!.uri), 'the picture is inside the figure');
  await assert.rejects(picturesOf({ fine: Int32Array.of(0) }, [0]), /has no images/);
});

test('an image grid tells whole captions under the mouse, as text, or else the title', () => {
  const caption = ['<b>', 'x'.repeat(99)];
  const [labels] = imageGrid({ sections: [{ title: 'a & b', images: [{ picture: pixel, caption }, { picture: pixel }] }], provenance }).data; // prettier-ignore
  assert.deepEqual(labels!['text'], [`&#60;b&#62;<br>${'x'.repeat(99)}`, 'a &#38; b']);
});

test('an image grid breaks captions between words, cuts none, and tells a wrong answer by its frame, too', () => {
  const caption = ['✗ regular upright sans serif', 'is bold'];
  const images = [answered.right, answered.wrong].map((frame) => ({ picture: pixel, caption, frame }));
  const { layout } = imageGrid({ sections: [{ title: '', images }], provenance });
  const words = (layout['annotations'] as { text: string }[]).map(({ text }) => text);
  assert.ok(words.includes('✗ regular upright<br>sans serif<br>is bold'), words.join('\n'));
  const [right, wrong] = (layout['shapes'] as { line: { color: string; dash: string } }[]).map(({ line }) => line);
  assert.ok(right!.color !== wrong!.color && right!.dash !== wrong!.dash);
});

test('a confusion matrix without room for classes names the groups at their blocks', () => {
  const { ticktext, tickvals } = figures['confusions of many']!().layout['yaxis'] as { ticktext: string[]; tickvals: number[] }; // prettier-ignore
  assert.deepEqual([ticktext, tickvals.slice(0, 2)], [groupNames, [3, 10]]);
});

test('on a phone’s width a live figure is its narrow ones, and photographs are told apart from drawings', async () => {
  const shown = async (width: number, figure: Figure) => {
    const { html } = await renderFigure(figure);
    const { window } = new JSDOM(html.replace(/<script>[^]*/, ''), { runScripts: 'outside-only' });
    const widths: number[] = [];
    const newPlot = (_: unknown, __: unknown, layout: { width: number }) => widths.push(layout.width);
    Object.assign(window, { innerWidth: width, Plotly: { newPlot } });
    window.eval(/<script>([^]*)<\/script>/.exec(html)![1]!);
    return { widths, isPhoto: window.document.querySelector('div.photo') !== null };
  };
  assert.deepEqual(await shown(1400, figures['forest']!()), { widths: [760], isPhoto: false });
  assert.deepEqual(await shown(390, figures['forest']!()), { widths: [380, 380], isPhoto: false });
  assert.deepEqual(await shown(390, figures['images']!()), { widths: [380], isPhoto: true });
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

test('a strategy of one’s own keeps one colour in every figure', () => {
  const { color } = strategyStyle('mine');
  assert.equal(strategyStyle('mine(bonus=2)').color, color);
  const run = { spent: [1, 2], accuracy: [0.1, 0.2] };
  const curve = (strategy: string) => ({ strategy, runs: [run] });
  const lineColor = (names: string[]) =>
    learningCurves({ curves: names.map(curve), provenance }).data.find(({ name }) => name === 'mine')!['line'];
  assert.deepEqual(lineColor(['random', 'mine']), lineColor(['mine']));
  assert.equal((lineColor(['mine']) as { color: string }).color, color);
  const rows = ['random', 'mine'].map(comparison);
  const inForest = forest({ panels: [{ title: '', rows }], valueTitle: 'v', provenance, strategies: true });
  const mark = inForest.data.find(({ name }) => name === 'mine')!['marker'] as { color: string };
  assert.equal(mark.color, color);
});

test('spread(wanted, gap) moves labels apart, no more than needed, and keeps their order', () => {
  assert.deepEqual(spread([10, 50, 90], 18), [10, 50, 90]);
  assert.deepEqual(spread([50, 50], 18), [41, 59]);
  assert.deepEqual(spread([30, 10, 20], 10), [30, 10, 20]);
  assert.deepEqual(spread([0, 0, 0], 10, 0, 100), [0, 10, 20]);
  assert.deepEqual(spread([100, 100], 10, 0, 100), [90, 100]);
});

test('legible(color) darkens until text can be read, and leaves dark colours', () => {
  assert.equal(legible('#000000'), '#000000');
  assert.equal(legible('#0072B2').toLowerCase(), '#0072b2');
  assert.notEqual(legible('#E69F00').toLowerCase(), '#e69f00');
});

test('on a phone as many points have numbers as have room side by side, the ends first', () => {
  const points = [0.0625, 0.3, 0.6, 0.9, 1].map((x) => ({ x, values: [x] }));
  const { narrow, layout } = lines({ series: [{ name: 'a strategy with a long name', points }], xTitle: 'x', yTitle: 'y', provenance }); // prettier-ignore
  const numbers = (axes: Figure['layout']) => (axes['xaxis'] as { ticktext: string[] }).ticktext;
  assert.deepEqual(numbers(layout), ['0.0625', '0.3', '0.6', '0.9', '1']);
  assert.deepEqual(numbers(narrow![0]!.layout), ['0.0625', '1']);
});

test('a number keeps its % in one line with it', () => {
  assert.deepEqual(wrap('a share of 60 %', textWidth('a share of 60', 12), 12), ['a share of', '60 %']);
});

test('wrap(text, width) breaks between words only', () => {
  const lines = wrap('one two three four', textWidth('one two', 12), 12);
  assert.deepEqual(lines, ['one two', 'three', 'four']);
  assert.equal(captionOf({ ...provenance, seeds: [7] }).includes('1 seed ·'), true);
});

test('a caption names neither seed nor profile where nothing was learned, but how many draws there were', () => {
  const counted = { ...provenance, dataset: 'd', engine: '', note: 'n' };
  assert.equal(captionOf({ ...counted, seeds: 1 }), 'Data: d · n');
  assert.equal(captionOf({ ...counted, seeds: 10 }), 'Data: d · 10 seeds · n');
});

test('images without a caption leave no empty places in the words for those who do not see them', () => {
  const images = [{ picture: pixel }, { picture: pixel, caption: ['a', 'b'] }];
  const { text } = imageGrid({ sections: [{ title: 'x', images }, { title: 'y', images: [{ picture: pixel }] }], provenance }); // prettier-ignore
  assert.equal(text, 'x: a, b. y.');
});

test('a slider shows one figure of several, and takes its labels and axes along', async () => {
  const state = (top: number) =>
    lines({
      series: [{ name: 'a', points: [1, 2].map((x) => ({ x, values: [x * top] })) }],
      xTitle: 'x',
      yTitle: 'y',
      provenance,
    });
  const states = [1, 5].map((top) => ({ label: `${top} times`, figure: state(top) }));
  const slid = withSlider({ states, quantity: 'scale', start: 1, name: 'slid' });
  const plain = states[1]!.figure;
  assert.deepEqual(
    slid.data.map(({ visible }) => visible),
    states.flatMap(({ figure }, i) => figure.data.map(() => i === 1)),
  );
  const [{ steps, active }] = slid.layout['sliders'] as [
    { steps: { label: string; args: object[] }[]; active: number },
  ];
  assert.equal(active, 1);
  const [visible, layout] = steps[0]!.args as [{ visible: boolean[] }, Record<string, { range: number[] }>];
  assert.deepEqual(
    visible.visible,
    slid.data.map((_, i) => i < plain.data.length),
  );
  const axis = (figure: Figure) => figure.layout['yaxis'] as { range: number[] };
  assert.deepEqual(layout['yaxis']!.range, axis(states[0]!.figure).range);
  assert.deepEqual(axis(slid).range, axis(plain).range);
  assert.match(slid.text, /^scale 5 times: .* A slider shows it for 1 times, 5 times\.$/);
  const { svg } = await renderFigure(slid);
  assert.match(svg, /scale: 5 times/);
  assert.ok(slid.height > plain.height);
});

test('a slider of figures of different sizes, or of none, is refused', () => {
  assert.throws(() => withSlider({ states: [], quantity: 'n' }), /needs a state to start with; got number 0 of 0/);
});

test('an SVG names its font, and the width of each text, so that another font in its place is not cut off', async () => {
  const { svg } = await renderFigure(learningCurves({ curves, provenance }));
  assert.match(svg, /font-family: 'DejaVu Sans Condensed', /);
  const { document } = new JSDOM(svg, { contentType: 'image/svg+xml' }).window;
  const leaves = [...document.querySelectorAll('text, tspan')].filter(
    (e) => !e.children.length && String(e.textContent).trim(),
  );
  assert.ok(leaves.length > 10);
  for (const leaf of leaves) assert.ok(Number(leaf.getAttribute('textLength')) > 0, String(leaf.textContent));
});

test('figures that reports show are drawn again for a phone, 380 pixels wide', () => {
  const shown = [
    'learning curves',
    'lines',
    'purchase shares',
    'forest',
    'images',
    'transition matrix',
    'confusions of many',
  ];
  const narrow = shown.flatMap((name) => figures[name]?.().narrow ?? []);
  assert.ok(narrow.length >= shown.length);
  for (const { width, name } of narrow) assert.ok(width <= 380 && name.includes('-narrow'), name);
});
