import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { synthetic } from '../../inputs/datasets/synthetic';
import {
  confusionsFound,
  estimationErrors,
  transitionError,
  trustedAnswers,
  wholeTransition,
} from '../../notebooks/kit/noise-study';
import { fitOnce } from '../../notebooks/kit/recorded/single-fit';
import type { RoundRecord } from '../../lib/rounds/record';
import { arithmetic } from '../../notebooks/kit/committed/arithmetic';
import { compareNotebooks, compareOutputs } from '../../notebooks/kit/committed/compare';
import { slim } from '../../notebooks/kit/committed/slim';
import { gainInWords, gains, gainsInWords } from '../../notebooks/kit/gains';
import { codeCell, findFaults } from '../../notebooks/kit/nbformat';
import { createNotebook } from './cells';
import type { Notebook, Output } from '../../notebooks/kit/nbformat';
import { listNotebooks, listOwnNotebooks } from '../../notebooks/kit/notebooks';
import { areasAt } from '../../notebooks/kit/records';
import { differenceInWords } from '../../notebooks/kit/recorded/fits';
import { compareLines, heldInWords, holds } from '../../notebooks/kit/recorded/hold';
import { recordedLines, recordedMain, recordedStudy, writeRecords } from '../../notebooks/kit/recorded/read';
import { atWeakPrice, compareWithRivals } from '../../lib/study/statistics';
import { scratchFolder } from '../scratch';

const record = (strategy: string, seed: number, fineAccuracy: number, trusted = fineAccuracy) =>
  ({ strategy, seed, round: 0, budget: 10, spent: 10, full: 10, weak: 0, fineAccuracy, trustedOnlyFineAccuracy: trusted }) as RoundRecord; // prettier-ignore

const records = [record('random', 0, 0.2, 0.3), record('random', 1, 0.4, 0.5), record('margin', 0, 0.25, 0.3), record('margin', 1, 0.43, 0.5)]; // prettier-ignore

describe('gains(records, base)', () => {
  test('are differences seed by seed in points, with a t interval and the seeds won', () => {
    const [margin] = gains(records, 'random');
    assert.equal(margin!.name, 'margin');
    assert.ok(Math.abs(margin!.estimate.mean - 4) < 1e-9);
    // differences 5 and 3: sd sqrt(2), half width t * sqrt(2) / sqrt(2)
    assert.ok(Math.abs(margin!.estimate.high - 4 - 12.706204736174698) < 1e-9);
    assert.ok(Math.abs(margin!.control!.mean - 10) < 1e-9);
    assert.equal(margin!.note, '2 of 2');
  });

  test('may be taken against the control of the base, itself included', () => {
    const rows = gains(records, 'random', { controlled: true });
    assert.deepEqual(
      rows.map(({ name, estimate }) => [name, Math.round(estimate.mean)]),
      [
        ['random', -10],
        ['margin', -6],
      ],
    );
  });

  test('agree with compareWithRivals: one difference, one interval, one corrected p', () => {
    const [own] = compareWithRivals(records, 'margin');
    const [row] = gains(records, 'random');
    assert.deepEqual(row!.estimate, { mean: own!.mean, ...own!.interval, clear: own!.clear });
    assert.equal(row!.holm, own!.holm);
  });

  test('refuse records of several prices, and say how to choose one', () => {
    const priced = (weakCost: number): RoundRecord[] => [0, 1].map((seed) => ({ ...record('weak-annotator', seed, 0.5), weakCost })); // prettier-ignore
    const mixed = [...records, ...priced(0.01), ...priced(0.1)];
    assert.throws(() => gains(mixed, 'random'), /weak prices 0.01, 0.1; .*atWeakPrice\(records, 0.01\)/);
    assert.equal(
      gains(atWeakPrice(mixed, 0.1), 'random').find(({ name }) => name === 'weak-annotator')!.note,
      '2 of 2',
    );
  });

  test('are sorted out in a sentence by Holm’s p, all of them', () => {
    const many = [0, 1, 2, 3, 4].flatMap((seed) => [
      record('random', seed, 0.3 + seed / 100),
      record('better', seed, 0.4 + seed / 90),
      record('worse', seed, 0.2 + seed / 90),
      record('even', seed, 0.3 + (seed % 2 ? 2 : -2) / 100),
    ]);
    const words = gainsInWords(gains(many, 'random'), 'it');
    assert.match(
      words,
      /^\*\*Clearly worse than it:\*\* worse −9\.\d \(.*\*\*Clearly better:\*\* better \+10\.\d .*\*\*Unresolved:\*\* even −/,
    );
  });

  test('need records of the base', () =>
    assert.throws(() => gains(records, 'badge'), /No records of "badge".*random, margin/));

  test('are said in words with their interval', () =>
    assert.equal(gainInWords({ mean: -0.5, low: -1, high: 0.04 }), '−0.5 points (95 % interval −1.0 to 0.0)'));
});

test('areasAt(x, records, strategy) is a point of a line, a value a seed', () => {
  assert.deepEqual(areasAt(3, records, 'random').values.map(Math.round), [20, 40]);
  assert.deepEqual(areasAt(3, records, 'random', 'control').values.map(Math.round), [30, 50]);
  assert.throws(() => areasAt(3, records, 'nope'), /no records of "nope"/);
});

describe('recorded studies', () => {
  let folder: string;
  before(() => (folder = scratchFolder('records')));
  after(() => rmSync(folder, { recursive: true }));

  test('are written without T and M, and read line by line; prices are taken apart', () => {
    const priced = { ...record('weak-annotator', 0, 0.5), weakCost: 0.1, improvement: { full: 1, weak: 2 } };
    writeRecords('a', [...records, priced], folder);
    const read = recordedStudy('a', folder);
    assert.equal(read.length, 5);
    assert.equal(atWeakPrice(read, 0.1).length, 5);
    assert.ok(read.every((line) => !('improvement' in line)));
  });

  test('of the main study are joined by those of its further rivals, where these are recorded', () => {
    writeRecords('typefaces', records, folder);
    assert.equal(recordedMain(folder).length, 4);
    writeRecords('rivals', [record('margin, nearest class mean', 0, 0.5)], folder);
    assert.equal(recordedMain(folder).at(-1)!.strategy, 'margin, nearest class mean');
  });

  test('name the line that is no record, and what is not recorded with the command that makes it', () => {
    writeFileSync(path.join(folder, 'b.jsonl.gz'), gzipSync('{"strategy":"a"}\n'));
    assert.throws(() => recordedStudy('b', folder), /b\.jsonl\.gz, line 1 is no record/);
    assert.throws(() => recordedStudy('c', folder), /no c\.jsonl\.gz; npm run records:make -- c/);
    assert.equal(recordedLines('c', folder), undefined);
  });

  test('hold while the numbers are the same, or close as on another machine; not if they moved', () => {
    const moved = (by: number) => records.map((line) => ({ ...line, fineAccuracy: line.fineAccuracy + by }));
    const again = (by: number) => compareLines(records, moved(by));
    assert.match(heldInWords(again(0)), /^4 of the recorded results made again by this code: the same numbers$/);
    assert.ok(holds(again(0)) && holds(again(0.009)));
    assert.ok(!holds(again(0.02)), 'all rounds two points up');
    assert.ok(!holds(compareLines(records, [...records.slice(1), moved(0.07)[0]!])), 'one round seven points up');
    assert.match(heldInWords(again(0.02)), /DOES NOT HOLD/);
  });

  test('are not compared with rounds that they do not have', () =>
    assert.throws(() => compareLines(records, [record('nope', 0, 0.5)]), /nope, seed 0, round 0 is not in the record/));
});

describe('the noise study', () => {
  const data = synthetic();

  test('transitionError(T, truth) is the mass in the wrong places', () => {
    const T = { rows: 2, columns: 2, data: Float32Array.of(0.9, 0.1, 0.2, 0.8) };
    const truth = { rows: 2, columns: 2, data: Float32Array.of(1, 0, 0.2, 0.8) };
    assert.ok(Math.abs(transitionError(T, truth) - 0.05) < 1e-6);
  });

  test('finds all of the strongest confusions with the whole pool, and fewer with few images', () => {
    const size = data.pool.fine.length;
    const [few, all] = confusionsFound(data, { sizes: [8, size], draws: 5, top: 3 });
    assert.deepEqual(all!.values, [3, 3, 3, 3, 3]);
    assert.ok(few!.values.reduce((a, b) => a + b) < 15);
  });

  test('says where one series of fits lies above another, with interval and p, and what is unresolved', () => {
    const fits = [0, 1, 2, 3].flatMap((seed) =>
      [0.3, 0.9].flatMap((x) => [
        { series: 'a', x, seed, value: 40 + (x > 0.5 ? (seed % 2 ? 1 : -1) : 2 + seed / 10) },
        { series: 'b', x, seed, value: 40 },
      ]),
    );
    const words = differenceInWords(fits, ['a', 'b'], (x) => `at ${x}:`);
    assert.match(words, /^at 0\.3: \+2\.\d \(\+.*; p below 0\.001\); at 0\.9: 0\.0 \(−.*; p 1\.000\), unresolved$/);
    assert.throws(
      () => differenceInWords(fits.slice(0, 2), ['a', 'b'], String),
      /"0\.3" has 1 differences; .* two seeds/,
    );
  });

  test('estimates come closer to the whole pool’s T with more trusted images, and reach it with all', () => {
    const all = data.pool.fine.length;
    const points = estimationErrors(data, { sizes: [10, all], draws: 3, strength: 0 });
    const [few, every] = points.map(({ values }) => Math.max(...values));
    assert.ok(every! < 1e-4 && few! > 1, `${few} and ${every}`);
    assert.equal(trustedAnswers(data, 7).groups.length, 7);
    assert.equal(wholeTransition(data).rows, data.hierarchy.coarse.length);
  });

  test('fitOnce trains the same network again, learns more than chance, and refuses more labels than images', async () => {
    const fit = { data, seed: 1, full: 40, weak: 30, correction: 'estimated', training: { steps: 60, hidden: 32 } } as const; // prettier-ignore
    const [first, second] = [await fitOnce(fit), await fitOnce(fit)];
    assert.deepEqual(first, second);
    assert.ok(first.fine > 2 / data.hierarchy.fine.length, `fine accuracy ${first.fine}`);
    await assert.rejects(fitOnce({ ...fit, weak: 1e6 }), /take fewer/);
  });
});

describe('committed notebooks', () => {
  const figure = async (): Promise<Output> => {
    const png = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#0072B2' } })
      .png()
      .toBuffer();
    const data = { 'text/html': '<img>', 'image/png': png.toString('base64'), 'text/plain': 'Figure: a 41.5 %', 'application/vnd.plotly.v1+json': {} }; // prettier-ignore
    return { output_type: 'display_data', data, metadata: {} };
  };
  const bar: Output = { output_type: 'display_data', data: { 'text/plain': '3 s' }, metadata: { progress: true } };
  const notebook = async (text: string): Promise<Notebook> => {
    const printed: Output = { output_type: 'stream', name: 'stdout', text };
    return createNotebook([{ ...codeCell('a', 'x'), outputs: [await figure(), bar, printed] }]);
  };

  test('show figures as pictures of their own size, and no progress', async () => {
    const small = await slim(await notebook('n 1'));
    assert.deepEqual(findFaults(small), []);
    const [shown, printed, ...more] = (small.cells[0] as { outputs: Output[] }).outputs;
    assert.ok(shown && 'data' in shown && printed && !more.length);
    assert.deepEqual(Object.keys(shown.data), ['image/png', 'text/plain']);
    assert.deepEqual(shown.metadata, { 'image/png': { width: 27, height: 13 } });
  });

  test('are compared number by number with an execution, within a tolerance', async () => {
    const committed = await slim(await notebook('area  41.5 of 100'));
    assert.deepEqual(compareNotebooks(committed, await notebook('area  41.5 of 100')), []);
    const other = await notebook('area  41.6 of 100');
    assert.deepEqual(compareNotebooks(committed, other), ['cell "a": 41.5 committed, 41.6 executed']);
    assert.deepEqual(compareNotebooks(committed, other, 0.01), []);
    assert.match(compareNotebooks(committed, await notebook('no number'), 0.01)[0]!, /"no number" executed/);
    assert.deepEqual(compareNotebooks(committed, createNotebook([])), ['cell "a" was not executed']);
  });

  test('made where numbers are rounded otherwise, are compared by what their cells put out', async () => {
    const committed = await slim(await notebook('area  41.5 of 100'));
    assert.deepEqual(compareOutputs(committed, await notebook('area  39.0 of 100')), []);
    const silent = createNotebook([codeCell('a', 'x')]);
    assert.deepEqual(compareOutputs(committed, silent), ['cell "a": 2 outputs committed, 0 executed']);
  });

  test('say how their machine rounds: the same words each time on one machine, others for another engine', async () => {
    const here = await arithmetic();
    assert.match(here, /^.+, products [0-9a-f]{8}$/);
    assert.equal(await arithmetic(), here);
    const before = process.env.ENGINE;
    process.env.ENGINE = here.startsWith('wasm') ? 'onnxruntime' : 'wasm';
    try {
      assert.notEqual(await arithmetic(), here);
    } finally {
      if (before === undefined) delete process.env.ENGINE;
      else process.env.ENGINE = before;
    }
  });
});

test('the project’s notebooks are those with a number; others are their user’s own', () => {
  const folder = scratchFolder('notebooks');
  try {
    for (const file of ['02-b.ipynb', 'mine.ipynb', '01-a.ipynb', 'records.json']) writeFileSync(path.join(folder, file), ''); // prettier-ignore
    assert.deepEqual(listNotebooks(folder), [path.join(folder, '01-a.ipynb'), path.join(folder, '02-b.ipynb')]);
    assert.deepEqual(listOwnNotebooks(folder), [path.join(folder, 'mine.ipynb')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
