import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { exportProject } from '../../labelling/export';
import { distinct } from '../../labelling/export-images';
import { loadModel } from '../../labelling/model';
import { openProject } from '../../labelling/project';
import { adviceOf, expectedGain, stability } from '../../labelling/stop';
import { suspicions } from '../../labelling/suspicious';
import { loadDataset } from '../../inputs/datasets/registry';
import { parseCsv } from '../../inputs/datasets/image-folder/csv';
import { matrix } from '../../lib/engine/matrix';
import { readNpy } from '../../inputs/features/npy';
import type { Assessment } from '../../labelling/assess';
import { timeOf } from '../../labelling/cost';
import type { LabelEvent } from '../../labelling/events';
import { unlabelledWords } from './words';
import { scratchFolder } from '../scratch';

const held = (labels: number[], rows: number[][]) => ({
  images: Int32Array.from(labels.keys()),
  labels: Int32Array.from(labels),
  fine: matrix(rows.length, rows[0]!.length, Float32Array.from(rows.flat())),
});

test('confident learning: a label is suspicious where another class is likelier than usual for that class, by hand', () => {
  const heldOut = held(
    [0, 0, 1, 1, 1],
    [
      [0.9, 0.1],
      [0.7, 0.3],
      [0.2, 0.8],
      [0.95, 0.05],
      [0.55, 0.45],
    ], // means of the labels' own: 0.8 and 0.4333
  );
  const found = suspicions(heldOut);
  assert.deepEqual(
    found.map(({ image, suggested }) => [image, suggested]),
    [[3, 0]],
    'the last is unsure, not suspicious',
  );
  assert.ok(Math.abs(found[0]!.labelProbability - 0.05) < 1e-6);
});

test('the expected gain is the slope of the learning curve in the logarithm of labels, its interval that of paired differences', () => {
  const labels = Array.from({ length: 40 }, () => 0);
  const rows = (right: number) => labels.map((_, i) => (i < right ? [1, 0] : [0, 1]));
  const gain = expectedGain(held(labels, rows(30)), held(labels, rows(20)), 20)!;
  const factor = Math.log(60 / 40) / Math.log(1.6);
  assert.ok(Math.abs(gain.share - 0.25 * factor) < 1e-9);
  assert.ok(Math.abs(gain.high + gain.low - 2 * factor * (10 / 42)) < 1e-9);
  assert.ok(Math.abs(gain.high - gain.low - 2 * 1.96 * factor * (Math.sqrt(11 - 100 / 42) / 42)) < 1e-9);
  const none = expectedGain(held(labels, rows(0)), held(labels, rows(0)), 20)!;
  assert.equal(none.share, 0);
  assert.equal(
    adviceOf({ gain: none } as Assessment)!.stop,
    false,
    'forty labels that nothing was learned from are no reason to stop',
  );
  assert.equal(
    expectedGain(
      held(
        [0, 0],
        [
          [1, 0],
          [1, 0],
        ],
      ),
      held(
        [0, 0],
        [
          [1, 0],
          [1, 0],
        ],
      ),
      20,
    ),
    undefined,
  );
});

test('predictions that no longer change over three batches say stop; so does a gain that is surely small', () => {
  const same = Array.from({ length: 100 }, (_, i) => i % 4);
  const other = same.map((k, i) => (i < 10 ? (k + 1) % 4 : k));
  assert.equal(stability([same, same, same], 4), undefined, 'three models agree twice only');
  assert.equal(stability([other, same, same, same, same], 4), 1);
  assert.ok(stability([other, same, same, same], 4)! < 0.99);
  const batch = (more: object) => ({ labels: 40, ...more }) as Assessment;
  assert.equal(adviceOf(batch({ stability: 0.995 }))!.stop, true);
  const gain = { labels: 20, share: 0.01, low: -0.01, high: 0.03 };
  assert.deepEqual(adviceOf(batch({ gain })), {
    stop: false,
    words: 'go on: the next 20 labels gain about 1.0 points (-1.0 to 3.0)',
  });
  assert.equal(adviceOf(batch({ gain: { ...gain, high: 0.004 } }))!.stop, true);
});

test('an export holds labels, predictions for the rest, suspicious labels, a report, COCO, folders, and the model itself', async () => {
  const words = await unlabelledWords(80, 4);
  const project = await openProject({ folder: words.folder, learner: 'lda', batch: 12 });
  const out = path.join(scratchFolder('export'), 'out');
  await assert.rejects(exportProject(project, out), /no two labels yet/);
  for (let round = 0; round < 2; round++) {
    const { batch } = await project.update();
    for (const { image } of batch) await project.label(image, { fine: words.truth.get(image)! }, 'ann');
  }
  const { batch } = await project.update();
  await project.judged();
  const [skipped, wrong] = batch.map(({ image }) => image) as [string, string];
  await project.label(skipped, { skip: true }, '<b>bob</b>');
  const mistaken = project.classes.find(({ fine }) => fine !== words.truth.get(wrong))!.fine;
  await project.label(wrong, { fine: mistaken }, '<b>bob</b>');
  const lines = await exportProject(project, out, { format: 'coco' });
  assert.match(lines.join('\n'), /labels\.csv: 25 labels\n.*left-out\.csv: 1 .*\n.*predictions\.csv: 55 predictions/);
  const rows = (name: string): string[][] => parseCsv(readFileSync(path.join(out, name), 'utf8'));
  const labels = rows('labels.csv');
  assert.deepEqual(labels[0], ['path', 'label', 'by', 'when', 'confidence']);
  for (const [image, label, by, when, confidence] of labels.slice(1)) {
    assert.equal(label, image === wrong ? mistaken : words.truth.get(image!));
    assert.ok(['ann', '<b>bob</b>'].includes(by!) && !Number.isNaN(Date.parse(when!)) && Number(confidence) >= 0);
  }
  const predictions = rows('predictions.csv').slice(1);
  assert.ok(predictions.filter(([image, label]) => words.truth.get(image!) === label).length > 55 / 4);
  const coco = JSON.parse(readFileSync(path.join(out, 'coco.json'), 'utf8')) as {
    images: { width: number }[];
    annotations: unknown[];
  };
  assert.deepEqual([coco.images.length, coco.images[0]!.width, coco.annotations.length], [25, 96, 25]);
  const report = readFileSync(path.join(out, 'report.html'), 'utf8');
  assert.match(report, /cross-validated on \d+ labels/);
  assert.ok(!/<script|https?:\/\//.test(report), 'nothing from elsewhere');

  const model = await loadModel(path.join(out, 'model'));
  const { shape, data } = await readNpy(path.join(words.out, 'features.npy'));
  const rowsOfPool = matrix(shape[0]!, shape[1]!, data as Float32Array);
  const { session } = await project.learned();
  assert.deepEqual(await model.predict(rowsOfPool), (await session.predictRows(rowsOfPool)).fine, 'to the same bits');
  assert.deepEqual(
    model.classes,
    project.classes.map(({ fine }) => fine),
  );
  model.close();
  await exportProject(project, out, { format: 'folder' });
  await assert.rejects(exportProject(project, out, { format: 'folder' }), /images holds an earlier export/);
  await project.close();
  const other = path.join(out, 'other.csv');
  writeFileSync(other, `fine,coarse\n${project.classes.map(({ fine }) => `${fine},one\n`).join('')}`);
  await assert.rejects(openProject({ folder: words.folder, classes: other }), /begun with other classes than those of/);
  const same = path.join(words.folder, 'hierarchy.csv');
  await (await openProject({ folder: words.folder, classes: same })).close();
  assert.ok(existsSync(path.join(out, 'images')));
  const pool = (await loadDataset(`image-folder:${path.join(out, 'images')}`)).pool;
  assert.ok(pool.fine.length > 0, 'the library reads the folder again');
  await assert.rejects(loadModel(out), /holds no model: project\.json is missing/);
});

test('no two images are copied to one file, nor two classes to one folder', () => {
  const names = distinct(['a/b.png', 'a__b.png', 'A__b.png', 'c.png'], (image) => image.replaceAll('/', '__'));
  assert.deepEqual([...names.values()], ['a__b.png', '2-a__b.png', '3-A__b.png', 'c.png']);
});

test('work is the time between statements: pauses and labels that were read from a file are none', () => {
  const at = (seconds: number): string => new Date(1e12 + 1000 * seconds).toISOString();
  const says = { fine: 'a' };
  const label = (image: string, seconds: number): LabelEvent => ({
    event: 'label',
    image,
    says,
    by: 'ann',
    at: at(seconds),
  });
  const events = [label('1', 0), label('2', 4), label('3', 10), label('4', 500), label('5', 600), label('6', 600)];
  const { minutes, secondsPerLabel, money } = timeOf(events, 6, 1, 0.5);
  assert.ok(Math.abs(minutes - 10 / 60) < 1e-9);
  assert.deepEqual([secondsPerLabel, money], [6, 3]);
});
