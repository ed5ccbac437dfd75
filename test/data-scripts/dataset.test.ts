import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { scratchFolder } from '../scratch';

const root = path.join(__dirname, '..', '..');
const dataset = (...options: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'data-scripts/dataset.ts', ...options], {
    cwd: root,
    encoding: 'utf8',
  });

test('dataset NAME --json prints nothing but the card as JSON', () => {
  const { status, stdout, stderr } = dataset('typefaces', '--json');
  assert.equal(status, 0, stderr);
  const card = JSON.parse(stdout) as Record<string, unknown>;
  const { name, fine, coarse, pool, test } = card;
  assert.deepEqual(
    { name, fine, coarse, pool, test },
    { name: 'typefaces', fine: 100, coarse: 16, pool: 5500, test: 2500 },
  );
  assert.ok((card.weakLabelAccuracy as { coarse: number }).coarse > 0.85);
});

test('dataset NAME --sheet draws a picture of all classes', () => {
  const file = path.join(scratchFolder('sheet'), 'sheet.png');
  const { status, stdout, stderr } = dataset('typefaces', '--sheet', file);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /100 fine in 16 coarse/);
  const png = readFileSync(file);
  assert.ok(png.readUInt32BE(16) > 1000 && png.readUInt32BE(20) > 800, 'width and height in pixels');
});

test('an unknown data set ends with exit code 1, the known names and no stack', () => {
  const { status, stdout, stderr } = dataset('nope');
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /Unknown data set: "nope"; expected one of: typefaces/);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test('no data set, or an unknown option, ends with the usage', () => {
  for (const { status, stderr } of [dataset(), dataset('typefaces', '--nope')]) {
    assert.equal(status, 1);
    assert.match(stderr, /Usage: npm run dataset -- NAME/);
  }
});

test('a proposed hierarchy in which every class is its own group says that it is of no use yet', () => {
  const folder = scratchFolder('classes');
  const propose = () => dataset(`image-folder:${folder}`, '--propose-hierarchy');
  const add = (name: string): void => {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, '1.png'), '');
  };
  ['blue jay', 'red crow'].forEach(add);
  assert.match(propose().stderr, /Every class is a group of its own/);
  add('grey crow');
  assert.doesNotMatch(propose().stderr, /Every class is a group/);
});
