import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCsv } from '../../inputs/datasets/image-folder/csv';
import { exportProject } from '../../labelling/export';
import { plain } from '../../labelling/export-images';
import { readLabels } from '../../labelling/import-labels';
import { loadModel } from '../../labelling/model';
import { openProject, type OpenOptions, type Project } from '../../labelling/project';
import { serve } from '../../labelling/server';
import { statusOf } from '../../labelling/status';
import { unlabelledWords, type Words } from './words';

const quick = { learner: 'nearest-mean', batch: 4 } satisfies Partial<OpenOptions>;

async function labelBatch(project: Project, { truth }: Words): Promise<void> {
  await project.update();
  for (const { image } of project.state().batch) await project.label(image, { fine: truth.get(image)! }, 'me');
}

test('what could not be learned with is refused before a project is begun, and the right setting then begins it', async () => {
  const { folder, out } = await unlabelledWords(12);
  for (const [wrong, words] of [
    [{ learner: 'foo' }, /Unknown learner: "foo"/],
    [{ extractor: 'foo' }, /foo/],
    [{ prices: { full: -1 } }, /Unexpected price of a full label: -1; expected a positive number/],
    [{ prices: { full: 1e308 } }, /Unexpected budget: Infinity/],
    [{ prices: { weak: 0 } }, /Unexpected price of a weak label: 0/],
    [{ seed: NaN }, /Unexpected seed: NaN; expected an integer/],
  ] as const) {
    await assert.rejects(openProject({ folder, ...quick, ...wrong }), words);
    assert.ok(!existsSync(path.join(out, 'project.json')), JSON.stringify(wrong));
  }
  const project = await openProject({ folder, ...quick });
  assert.equal((await project.update()).batch.length, 4);
  await project.close();
});

test('a list without classes, or with one named as the words in place of a class, is refused', async () => {
  const { folder } = await unlabelledWords(12);
  const list = path.join(folder, 'hierarchy.csv');
  for (const [text, words] of [
    ['fine,coarse\n', /The classes of .* are none; expected/],
    ['fine,coarse\n(skip),a\nb,c\n', /Class "\(skip\)" would be taken for/],
  ] as const) {
    writeFileSync(list, text);
    await assert.rejects(openProject({ folder, ...quick }), words);
  }
});

test('a folder that is gone for a while gives up no image: a word, and all are asked about when it is back', async () => {
  const words = await unlabelledWords(16);
  const project = await openProject({ folder: words.folder, ...quick });
  await labelBatch(project, words);
  await project.update();
  const { batch } = project.state();
  for (const lose of [false, true]) {
    renameSync(words.folder, `${words.folder}-away`);
    if (lose) mkdirSync(words.folder); // where nothing is mounted
    await assert.rejects(project.update(), /None of the 16 images is in .*words; bring the folder back/);
    if (lose) rmSync(words.folder, { recursive: true });
    renameSync(`${words.folder}-away`, words.folder);
  }
  assert.deepEqual(project.state().batch, batch);
  for (let i = 0; i < 3; i++) await labelBatch(project, words);
  assert.equal(project.state().labelled, 16);
  await project.close();
});

test('an image that cannot be read can be skipped; many labels are noted without opening all files at once', async () => {
  const { folder, truth } = await unlabelledWords(12);
  const project = await openProject({ folder, ...quick });
  const [image] = project.images as [string];
  rmSync(path.join(folder, image));
  mkdirSync(path.join(folder, image));
  await project.label(image, { skip: true }, 'ann');
  const rest = project.images.slice(1);
  const many = Array.from({ length: 50_000 }, (_, i) => ({
    image: rest[i % rest.length]!,
    by: 'ann',
    says: { fine: truth.get(rest[i % rest.length]!)! },
  }));
  const { skipped, labelled } = await project.labelAll(many);
  const started = performance.now();
  const unknown = many.map((one, i) => ({ ...one, image: `${'far/'.repeat(20)}no-${i}.png` }));
  await assert.rejects(
    project.labelAll(unknown),
    /50000 of 50000 labels cannot be(.|\n)*no-9\.png"(.|\n)*and 49990 more/,
  );
  assert.ok(performance.now() - started < 3000, 'nearest names are looked for only where they are told');
  assert.deepEqual([skipped, labelled], [1, 11]);
  await project.close();
});

test('a budget that is raised after it was spent goes on, on the page too', async () => {
  const words = await unlabelledWords(16);
  const project = await openProject({ folder: words.folder, ...quick, budget: 4 });
  await labelBatch(project, words);
  assert.equal((await project.update()).ended, 'the budget is spent');
  await project.close();
  const again = await openProject({ folder: words.folder, budget: 8 });
  const server = await serve(again);
  for (let tries = 0; again.state().ended !== undefined && tries < 200; tries++) await sleep(50);
  const { ended, batch } = again.state();
  assert.deepEqual([ended, batch.length], [undefined, 4]);
  await server.close();
  await again.close();
});

test('an image whose known label people dispute is left out of the labels and of the copies', async () => {
  const words = await unlabelledWords(16);
  const [image] = words.truth.keys() as IterableIterator<string> & [string];
  writeFileSync(path.join(words.folder, 'labels.csv'), `${image},${words.truth.get(image)}\n`);
  const project = await openProject({ folder: words.folder, ...quick });
  await labelBatch(project, words);
  assert.equal(project.labelOf(image), words.truth.get(image));
  for (const by of [0, 1]) await project.label(image, { fine: project.classes[by]!.fine }, `person ${by}`);
  const out = path.join(path.dirname(words.folder), 'out');
  const lines = await exportProject(project, out, { format: 'folder' });
  const paths = (name: string): string[] => parseCsv(readFileSync(path.join(out, name), 'utf8')).map(([one]) => one!);
  assert.ok(paths('left-out.csv').includes(image) && !paths('labels.csv').includes(image));
  assert.match(lines.at(-1)!, /: 4 images/);
  writeFileSync(path.join(out, 'model', 'project.json'), '{}');
  await assert.rejects(loadModel(path.join(out, 'model')), /project\.json is no project's: .* restore the file/);
  await assert.rejects(statusOf(path.join(out, 'model')), /is no project's/);
  for (const inside of [words.folder, path.join(words.folder, 'more', 'new')])
    await assert.rejects(exportProject(project, inside), /is in the folder of the images/);
  await assert.rejects(exportProject(project, path.join(out, 'labels.csv')), /Cannot write .*labels\.csv \(EEXIST\)/);
  await project.close();
});

test("who adjudicates and then says something else has changed their mind; another's adjudication stays", async () => {
  const { folder } = await unlabelledWords(12);
  const project = await openProject({ folder, ...quick });
  const [image] = project.images as [string];
  const [a, b] = project.classes.map(({ fine }) => ({ fine })) as [{ fine: string }, { fine: string }];
  await project.labelAll([{ image, says: a, by: 'ann', adjudicate: true }]);
  await project.label(image, b, 'bob');
  assert.deepEqual(project.verdict(image).holds, a);
  await project.label(image, b, 'ann');
  assert.deepEqual(project.verdict(image).holds, b);
  await project.close();
});

test("Label Studio's JSON-MIN: several choices, and a choice by another name, are refused and not taken for none", async () => {
  const { folder } = await unlabelledWords(12);
  const file = `${folder}.json`;
  const read = (task: object) => {
    writeFileSync(file, JSON.stringify([{ id: 5, image: 'a.png', annotation_id: 1, ...task }]));
    return readLabels(file, ['a.png'], { by: 'ann' }).statements.map(({ says }) => says);
  };
  assert.deepEqual(read({ choice: 'pug' }), [{ fine: 'pug' }]);
  assert.deepEqual(read({ choice: { choices: ['pug'] } }), [{ fine: 'pug' }]);
  assert.throws(() => read({ choice: { choices: ['pug', 'cat'] } }), /task 5: \["pug","cat"\]; expected one choice/);
  assert.throws(() => read({ breed: 'pug' }), /no task has a "choice", but .*breed; call the <Choices> "choice"/);
});

test('folders of classes can be made anywhere: reserved names, control characters, dots at the end, very long', () => {
  assert.deepEqual(['CON', 'aux.b', 'a\nb', 'etc. ', '..', 'CONE', 'a/b'].map(plain), [
    '_CON',
    '_aux.b',
    'a-b',
    'etc',
    '_',
    'CONE',
    'a-b',
  ]);
  assert.ok(Buffer.byteLength(plain('漢'.repeat(400))) < 255);
});
