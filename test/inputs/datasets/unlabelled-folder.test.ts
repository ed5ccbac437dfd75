import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { validateDataset, withAnswers } from '../../../lib/data/dataset';
import { loadDataset } from '../../../inputs/datasets/registry';
import { unlabelledFolder } from '../../../inputs/datasets/unlabelled-folder';
import { InputError } from '../../../lib/errors';
import { unpacked } from './miniatures';

const folderOf = (files: Record<string, string>): string =>
  unpacked(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
const classes = 'fine,coarse\npug,dog\ntabby,cat\n';

test('images at any depth are a pool without labels, sorted, with the classes of hierarchy.csv and no test set', async () => {
  const folder = folderOf({ 'b.jpg': '', 'a/x/y/z/deep/1.png': '', 'a/2.JPG': '', 'hierarchy.csv': classes });
  const data = await unlabelledFolder(folder);
  assert.deepEqual(data.pool.files!.paths, ['a/2.JPG', 'a/x/y/z/deep/1.png', 'b.jpg']);
  assert.deepEqual([...data.pool.fine], [-1, -1, -1]);
  assert.deepEqual(
    [data.hierarchy.fine, data.hierarchy.coarse],
    [
      ['pug', 'tabby'],
      ['cat', 'dog'],
    ],
  );
  assert.equal(data.test.fine.length, 0);
  assert.deepEqual(await loadDataset(`unlabelled-folder:${folder}`), data);
  assert.throws(() => validateDataset(data), /image 0 has label -1/);
});

test('labels.csv gives some images their labels; paths may have backslashes or ./', async () => {
  const folder = folderOf({ 'a/1.jpg': '', 'a/2.jpg': '', '3.jpg': '', 'mine.csv': classes });
  writeFileSync(path.join(folder, 'labels.csv'), 'path,label\r\na\\2.jpg,tabby\r\n./3.jpg,pug\r\n');
  const data = await unlabelledFolder(folder, { classes: 'mine.csv' });
  assert.deepEqual([...data.pool.fine], [0, -1, 1]);
  assert.equal(data.passedOver, undefined);
});

test('a folder without images or classes, a label that is no class and a path that is no image are refused', async () => {
  const refused = (files: Record<string, string>, message: RegExp): Promise<void> =>
    assert.rejects(
      unlabelledFolder(folderOf(files)),
      (error) => error instanceof InputError && message.test(error.message),
    );
  await refused({ 'hierarchy.csv': classes }, /has no images/);
  await refused({ '1.jpg': '' }, /hierarchy\.csv is missing/);
  await refused({ '1.jpg': '', 'hierarchy.csv': classes, 'labels.csv': '1.jpg,cow' }, /has label "cow"/);
  await refused({ '1.jpg': '', 'hierarchy.csv': classes, 'labels.csv': '2.jpg,pug' }, /"2\.jpg" is no image/);
});

test('answers of an annotator go with images that nobody has labelled', async () => {
  const data = await unlabelledFolder(folderOf({ 'a.jpg': '', 'b.jpg': '', 'hierarchy.csv': classes }));
  const answers = { annotator: 'somebody', coarse: Int32Array.of(0, -1) };
  assert.deepEqual(withAnswers(data, answers).answers, answers);
  assert.throws(() => withAnswers(data, { ...answers, coarse: Int32Array.of(0) }), /1 for 2 images/);
});
