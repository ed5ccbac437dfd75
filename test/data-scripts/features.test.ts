import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { smallPreprocessor, smallVitFolder } from '../inputs/features/vit/small';
import { scratchFolder } from '../scratch';

const repository = path.join(__dirname, '..', '..');
const root = scratchFolder('features');
const [images, model] = [path.join(root, 'images'), path.join(root, 'tiny-vit')];
const commandOf = (name: string, ...options: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', `data-scripts/${name}.ts`, ...options], {
    cwd: repository,
    encoding: 'utf8',
  });
const command = (...options: string[]) => commandOf('features', ...options);
const asked = ['--dataset', `image-folder:${images}`, '--extractor', model, '--root', root];

before(async () => {
  for (const folder of ['train/birds/wren', 'train/fish/carp', 'test/birds/wren', 'test/fish/carp']) {
    mkdirSync(path.join(images, folder), { recursive: true });
    for (let i = 0; i < 3; i++)
      await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: 80 * i, g: 9, b: folder.length } } })
        .png()
        .toFile(path.join(images, folder, `${i}.png`));
  }
  smallVitFolder(model, 'vit', smallPreprocessor);
});

test('features of a folder of images by a ViT are said in a line and kept under the root', () => {
  const first = command(...asked);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stdout, /^tiny-vit: 6 \+ 6 images, \d+ features each\n$/);
  const kept = readdirSync(path.join(root, 'features'));
  assert.deepEqual(kept.filter((name) => name.endsWith('.npy')).length, 2, kept.join());
  assert.equal(command(...asked).stdout, first.stdout);
  assert.doesNotMatch(first.stderr, /passed over/);
});

test('what lies in the folder and is not used is said by each command that loads it', () => {
  writeFileSync(path.join(images, 'train/birds/wren/more.bmp'), '');
  symlinkSync('nowhere.png', path.join(images, 'test/fish/carp/dead.png'));
  const said = /image-folder-\S+: passed over 1 x link to nowhere \(e\.g\. .*dead\.png\), 1 x \.bmp/;
  assert.match(command(...asked).stderr, said);
  const annotate = ['--annotator', 'simulated', '--granularity', 'coarse', '--dry-run'];
  assert.match(commandOf('annotate', ...asked.slice(0, 2), ...annotate).stderr, said);
});

test('what cannot be is said without a stack: no data set, an unknown extractor, an unknown option', () => {
  const cases: [string[], RegExp][] = [
    [[], /Expected --dataset NAME[^]*Usage: npm run features/],
    [[...asked.slice(0, 2), '--extractor', 'nope'], /Unknown extractor: "nope"; expected one of fisher, vit-b16/],
    [['--images', 'x'], /Usage: npm run features/],
  ];
  for (const [options, message] of cases) {
    const { status, stderr } = command(...options);
    assert.equal(status, 1);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});
