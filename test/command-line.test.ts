import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { loadAnnotated } from '../inputs/annotators/answers';
import { imageFolder } from '../inputs/datasets/image-folder';
import { imagesOf } from '../inputs/datasets/images-of';
import { loadDataset } from '../inputs/datasets/registry';
import { readProject } from '../labelling/project-file';
import { annotateCommand, npmRun } from '../lib/command-line';
import { scratchFolder } from './scratch';

const root = scratchFolder('command line');
after(() => rmSync(root, { recursive: true }));
const photos = path.join(root, "Ann's photos");
for (const name of ['a/x/1.jpg', 'a/x/2.jpg', 'a/y/1.jpg', 'a/y/2.jpg']) {
  mkdirSync(path.dirname(path.join(photos, name)), { recursive: true });
  writeFileSync(path.join(photos, name), 'no picture');
}
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs with --root DIR, as every command takes it. */
async function withRoot(folder: string | undefined, run: () => unknown): Promise<void> {
  const { DATA_ROOT: before } = process.env;
  if (folder === undefined) delete process.env.DATA_ROOT;
  else process.env.DATA_ROOT = folder;
  try {
    await run();
  } finally {
    if (before === undefined) delete process.env.DATA_ROOT;
    else process.env.DATA_ROOT = before;
  }
}

test('a command in a message is quoted for a shell, and names the folder of data sets that was given', async () => {
  await withRoot(undefined, () => assert.equal(npmRun('download', 'cub200'), 'npm run download -- cub200'));
  await withRoot('/my data', () => {
    assert.equal(npmRun('download', 'cub200'), "npm run download -- cub200 --root '/my data'");
  });
  await withRoot('/data', async () => {
    const missing = /classes.txt is missing; get the data set: npm run download -- cub200 --root \/data; /;
    await assert.rejects(loadDataset('cub200'), missing);
  });
});

test('commands in messages name a folder of images as it is named on the command line, not by its title', () =>
  withRoot(undefined, async () => {
    const data = await imageFolder(photos);
    const name = quoted(`image-folder:${photos}`);
    assert.ok(annotateCommand(data, 'coarse').startsWith(`npm run annotate -- --dataset ${name} --granularity coarse`));
    await assert.rejects(imagesOf(data.pool, { height: 8, width: 8, channels: 1 }), ({ message }: Error) =>
      message.endsWith(`: npm run dataset -- ${name} --check`),
    );
    assert.throws(
      () => readProject(`${photos}.labels`),
      ({ message }: Error) => message.endsWith(`To begin one: npm run label -- ${quoted(photos)}`),
    );
  }));

test('a journal that is not there is said with the command that makes it', () =>
  withRoot(undefined, async () => {
    const journal = path.join(root, 'none.jsonl');
    const command = `npm run annotate -- --dataset synthetic --granularity coarse --out ${quoted(journal)} --annotator NAME`;
    await assert.rejects(loadAnnotated(`synthetic@${journal}`), ({ message }: Error) => message.endsWith(command));
  }));
