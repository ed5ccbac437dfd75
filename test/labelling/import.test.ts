import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cohen, fleiss } from '../../labelling/agreement';
import { readLabels } from '../../labelling/import-labels';
import { openProject } from '../../labelling/project';
import { statusOf, type ProjectStatus } from '../../labelling/status';
import { repositoryRoot } from '../../lib/root';
import { unlabelledWords } from './words';
import { scratchFolder } from '../scratch';

const images = ['a.png', 'b c.png', 'more/a.png', 'more/d.png'];
const file = (name: string, text: string): string => {
  const place = path.join(scratchFolder('import'), name);
  writeFileSync(place, text);
  return place;
};
const read = (name: string, text: string) => readLabels(file(name, text), images, { by: 'ann' });

test('a CSV file: with a heading or without, by whom or not; (skip), (not in the list), and entries still open', () => {
  const { statements, open } = read(
    'l.csv',
    'path,label,by\r\na.png,pug,bob\nb c.png,(skip),\nmore/a.png,,\n"more/d.png",(not in the list),',
  );
  assert.equal(open, 1);
  assert.deepEqual(
    statements.map(({ image, says, by }) => ({ image, says, by })),
    [
      { image: 'a.png', says: { fine: 'pug' }, by: 'bob' },
      { image: 'b c.png', says: { skip: true }, by: 'ann' },
      { image: 'more/d.png', says: { notInList: true }, by: 'ann' },
    ],
  );
  assert.equal(read('l.csv', 'a.png;pug\n').statements.length, 1);
  assert.throws(() => read('l.csv', 'a.png\n'), /l\.csv, row 1: "a\.png"; expected path,label/);
  assert.throws(() => read('l.csv', 'path,label\na.png\n'), /l\.csv, row 2: "a\.png"/, 'a heading is a row');
  assert.throws(
    () => read('l.csv', 'file,species\na.png,pug\n'),
    /begins with "file,species"; expected the heading path,label/,
  );
  assert.throws(() => readLabels('/no/where.csv', images, { by: 'ann' }), /Cannot read the labels \/no\/where\.csv/);
});

const choice = (name: string, more: object = {}) => ({
  completed_by: 7,
  result: [{ type: 'choices', from_name: 'c', to_name: 'i', value: { choices: [name] } }],
  ...more,
});

test('Label Studio: JSON and JSON-MIN, images by path, address of a served file, URL or uploaded name', () => {
  const tasks = [
    { id: 1, data: { image: '/data/local-files/?d=photos%2Fmore%2Fa.png' }, annotations: [choice('pug')] },
    {
      id: 2,
      data: { image: '/data/upload/3/3f2a91bc-b%20c.png' },
      annotations: [choice('cat', { completed_by: { id: 1, email: 'x@y' } })],
    },
    {
      id: 3,
      data: { img: 'https://h/x/more/d.png?k=1' },
      annotations: [choice('', { result: [], was_cancelled: true })],
    },
    { id: 4, data: { image: 'a.png' }, annotations: [], predictions: [choice('cat')] },
  ];
  const { statements, open } = read('l.json', JSON.stringify(tasks));
  assert.equal(open, 1);
  assert.deepEqual(
    statements.map(({ image, says, by }) => [image, says, by]),
    [
      ['more/a.png', { fine: 'pug' }, 'user 7'],
      ['b c.png', { fine: 'cat' }, 'x@y'],
      ['more/d.png', { skip: true }, 'user 7'],
    ],
  );
  const min = read('l.json', JSON.stringify([{ image: '/data/a.png', id: 1, choice: 'pug', annotator: 2 }]));
  assert.deepEqual(min.statements[0]!.by, 'user 2');
  const truth = read(
    'l.json',
    JSON.stringify([{ data: { i: 'a.png' }, annotations: [choice('pug', { ground_truth: true })] }]),
  );
  assert.equal(truth.statements[0]!.adjudicate, true);
});

test('Label Studio: another image, several choices and what is no export are refused by task', () => {
  const refused = (value: unknown, message: RegExp) =>
    assert.throws(() => read('l.json', JSON.stringify(value)), message);
  refused({}, /expected a list of tasks/);
  refused([{ id: 9, data: { image: 'z.png' } }], /task 9: "z\.png" is no image of the project/);
  const two = { result: [{ type: 'choices', value: { choices: ['a', 'b'] } }] };
  refused([{ id: 9, data: { image: 'a.png' }, annotations: [two] }], /task 9: \["a","b"\]; expected one choice/);
});

test('kappa: by hand, Cohen 2 x 2 and the example of Fleiss 1971 in small', () => {
  const pairs = [...Array<string[]>(20).fill(['y', 'y']), ...Array<string[]>(5).fill(['y', 'n'])];
  const all = [...pairs, ...Array<string[]>(10).fill(['n', 'y']), ...Array<string[]>(15).fill(['n', 'n'])];
  assert.ok(Math.abs(cohen(all) - 0.4) < 1e-12, '(0.7 - 0.5) / (1 - 0.5)');
  // agreement per image 1, 1/3; shares a 4/6, b 2/6: (2/3 - 5/9) / (4/9)
  assert.ok(
    Math.abs(
      fleiss([
        ['a', 'a', 'a'],
        ['a', 'b', 'b'],
      ]) - 0.25,
    ) < 1e-12,
  );
});

test('a file is taken whole or not at all, and taken twice it changes nothing', async () => {
  const words = await unlabelledWords(40);
  const project = await openProject({ folder: words.folder, learner: 'nearest-mean' });
  const rows = [...words.truth].map((pair) => pair.join());
  const labels = (text: string) => readLabels(file('l.csv', text), project.setup.images, { by: 'ann' }).statements;
  await assert.rejects(
    project.labelAll(labels([...rows.slice(0, 5), 'more/0001.png,Lora', 'x.png,Lora'].join('\n'))),
    /2 of 7 labels cannot be, and none was taken:\n.*l\.csv, row 6: Unknown class: "Lora".*\n.*row 7: "x\.png" is no image/,
  );
  assert.equal(project.state().labelled, 0);
  await project.labelAll(labels(rows.join('\n')));
  const before = project.state();
  await project.labelAll(labels(rows.join('\n')));
  assert.deepEqual([before.labelled, project.state()], [40, before]);
  await project.close();
});

test('npm run label: --next, --import and --status take a project from no label to a model', async () => {
  const words = await unlabelledWords(40);
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, ['--import', 'tsx', 'data-scripts/label.ts', words.folder, ...args], {
      cwd: repositoryRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const next = (...args: string[]) => JSON.parse(run('--next', '--json', ...args)) as { images: { path: string }[] };
  const { images: first } = next(
    '--learner',
    'nearest-mean',
    '--batch',
    '10',
    '--budget',
    '25',
    '--price-per-label',
    '0.5',
  );
  assert.equal(first.length, 10);
  const rows = first.map(({ path: image }) => `${image},${words.truth.get(image)}\n`);
  assert.match(
    run('--import', file('l.csv', rows.join('')), '--by', 'ann'),
    /10 images labelled \(0 before\).*nothing is open: --next learns/,
  );
  assert.match(run('--status'), /1: 0 of 10 open; --next, or the page, learns from it/);
  assert.equal(run('--next').trim().split('\n').length, 10);
  const started = performance.now();
  assert.match(run('--status'), /10 of 40 labelled[^]*10 of 25, 5\.00 in money[^]*cross-validated on 10 labels/);
  console.log(`a status: ${Math.round(performance.now() - started)} ms, start of the process included`);
  const { money } = JSON.parse(run('--status', '--json')) as ProjectStatus;
  assert.deepEqual(money, { spent: 10, budget: 25, left: 15 });
});

test('the status tells labelled images that vanished or changed, and how well people agree', async () => {
  const words = await unlabelledWords(20);
  const project = await openProject({ folder: words.folder, learner: 'nearest-mean' });
  const [a, b, c] = [...words.truth.keys()] as [string, string, string];
  for (const by of ['ann', 'bob', 'eve'])
    await project.labelAll([a, b, c].map((image) => ({ image, by, says: { fine: words.truth.get(image)! } })));
  await project.close();
  rmSync(path.join(words.folder, a));
  writeFileSync(path.join(words.folder, b), 'another image');
  for (const image of [b, c]) utimesSync(path.join(words.folder, image), new Date(), new Date(Date.now() + 5000));
  const { missing, changed, agreement, labelled } = await statusOf(words.out);
  assert.deepEqual([missing, changed, labelled], [[a], [b], 3]);
  assert.equal(agreement.pairs.length, 3);
  assert.equal(agreement.all!.images, 3);
});
