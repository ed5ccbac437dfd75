import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { loadModel } from '../../labelling/model';
import { exportProject } from '../../labelling/export';
import { openProject, type Project } from '../../labelling/project';
import { statusInWords, statusOf } from '../../labelling/status';
import { unlabelledWords, type Words } from './words';

const quick = { learner: 'nearest-mean', batch: 8 } as const;

async function labelBatch(project: Project, { truth }: Words): Promise<void> {
  const { batch } = await project.update();
  for (const { image, isOpen } of batch) if (isOpen) await project.label(image, { fine: truth.get(image)! }, 'ann');
}

/** Words of which some come into the folder after the first batch; all are described from their pictures. */
async function late(words: Words): Promise<{ project: Project; images: readonly string[] }> {
  const { folder, out } = words;
  rmSync(path.join(out, 'features.npy'));
  const images = ['0010.png', 'more/0011.png', '0012.png'];
  const aside = (image: string): string => path.join(path.dirname(folder), path.basename(image));
  for (const image of images) renameSync(path.join(folder, image), aside(image));
  const project = await openProject({ folder, ...quick });
  await labelBatch(project, words);
  await project.close();
  for (const image of images) renameSync(aside(image), path.join(folder, image));
  mkdirSync(path.join(folder, 'late'));
  writeFileSync(path.join(folder, 'late', 'half.png'), 'not yet all of it');
  return { project: await openProject({ folder }), images };
}

test('images that come later stand behind the others, are asked about in their turn, and nothing before them changes', async () => {
  const words = await unlabelledWords(40);
  const { project, images } = await late(words);
  assert.deepEqual(project.images.slice(-3), [...images].sort());
  assert.equal(project.state().labelled, 8);
  for (let i = 0; i < 4; i++) await labelBatch(project, words);
  const { labelled, money, assessment } = await project.judged();
  assert.deepEqual([labelled, money.spent, assessment!.labels], [40, 40, 32]);
  assert.ok(
    images.every((image) => project.verdict(image).holds),
    'they were asked about',
  );
  await project.close();

  const again = await openProject({ folder: words.folder });
  const { fine } = await (await again.learned()).session.predict(again.images.map((_, i) => i));
  const folder = path.join(path.dirname(words.folder), 'export');
  await exportProject(again, folder);
  const model = await loadModel(path.join(folder, 'model'));
  rmSync(path.join(words.folder, 'late', 'half.png'));
  const found = await model.classify(words.folder);
  assert.deepEqual(found.map(({ image }) => image).sort(), [...again.images].sort());
  assert.equal(fine.rows, 40);
  model.close();
  await again.close();
});

test('a file that is no picture can be taken away before anything was described, and the project goes on', async () => {
  const { folder, out } = await unlabelledWords(20);
  rmSync(path.join(out, 'features.npy'));
  writeFileSync(path.join(folder, '0003b.png'), 'no picture');
  const project = await openProject({ folder, ...quick });
  await assert.rejects(project.update(), /Cannot read the image .*0003b\.png/);
  await project.close();
  rmSync(path.join(folder, '0003b.png'));
  const again = await openProject({ folder });
  assert.equal(again.images.length, 20);
  assert.equal((await again.update()).batch.length, 8);
  await again.close();
});

test('what is new, gone or cannot be read is told by the status; the same folder again changes nothing', async () => {
  const words = await unlabelledWords(40);
  const { project } = await late(words);
  assert.equal(project.images.length, 40);
  await project.close();
  copyFileSync(path.join(words.folder, '0000.png'), path.join(words.folder, 'late', 'more.png'));
  rmSync(path.join(words.folder, '0002.png'));
  writeFileSync(path.join(words.folder, 'late', 'scan.bmp'), '');
  writeFileSync(path.join(words.folder, 'labels-of-ann.csv'), '');
  const status = await statusOf(words.out);
  const { fresh, missing, images } = status;
  assert.match(statusInWords(status), /^unused +1 x \.bmp \(e\.g\. late\/scan\.bmp\)$/m);
  assert.deepEqual([fresh, missing, images], [['late/half.png', 'late/more.png'], ['0002.png'], 40]);
  const again = await openProject({ folder: words.folder });
  assert.deepEqual([again.images.length, again.images.at(-1)], [41, 'late/more.png']);
  await again.close();
  const same = await openProject({ folder: words.folder });
  assert.deepEqual(same.images, again.images);
  await same.close();
});
