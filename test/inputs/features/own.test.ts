import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { defineExtractor } from '../../../inputs/features/extractors/own';
import { features } from '../../../inputs/features/store';
import type { Split } from '../../../lib/data/dataset';
import { createHierarchy } from '../../../lib/data/hierarchy';
import { matrix } from '../../../lib/engine/matrix';
import { repositoryRoot } from '../../../lib/root';
import { completeSetup } from '../../../lib/rounds/setup';
import { scratchFolder } from '../../scratch';

const part = (...pixels: number[]): Split => ({
  fine: new Int32Array(pixels.length),
  images: { count: pixels.length, height: 1, width: 1, channels: 1, pixels: Uint8Array.from(pixels) },
});
const data = {
  name: 'dots',
  title: 'Dots',
  hierarchy: createHierarchy([['a', 'all']]),
  pool: part(1, 2, 3),
  test: part(4),
};
const folder = (): string => scratchFolder('own-features');

test('an extractor of yours gives the features, which are kept until its code changes', async () => {
  const [out, file] = [folder(), path.join(folder(), 'brightness.ts')];
  const write = (factor: number): void =>
    writeFileSync(
      file,
      `import { defineExtractor, matrix } from '${path.join(repositoryRoot, 'lib/index')}';
       export default defineExtractor({ name: 'brightness', create: () => ({ describe: ({ images }) =>
         matrix(images!.count, 1, Float32Array.from(images!.pixels, (x) => ${factor} * x)) }) });`,
    );
  const words: string[] = [];
  const found = async () => {
    const { pool, test: ofTest } = await features(data, {
      extractor: file,
      folder: out,
      warn: (word) => words.push(word),
    });
    return [...pool.data, ...ofTest.data];
  };
  const described = (): unknown =>
    completeSetup({ strategy: 'random', budget: 1, extractor: file }).described.extractor;
  write(1);
  assert.deepEqual(await found(), [1, 2, 3, 4]);
  assert.deepEqual(await found(), [1, 2, 3, 4]);
  assert.deepEqual(words, []);
  const before = described();
  write(2);
  assert.deepEqual(await found(), [2, 4, 6, 8]);
  assert.match(words.join(), /other settings; computing the features again/);
  assert.notDeepEqual(described(), before, 'a study of other code is another study');
});

test('rows that do not fit the images are refused, naming the extractor', async () => {
  const one = defineExtractor({ name: 'one', create: () => ({ describe: () => matrix(1, 2) }) });
  await assert.rejects(features(data, { extractor: one, folder: folder() }), /"one" gave 1 rows for 3 pool images/);
});
