import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Dataset, Split } from '../../../lib/data/dataset';
import { synthetic } from '../../../inputs/datasets/synthetic';
import { createEngine } from '../../../lib/engine';
import { matrix } from '../../../lib/engine/matrix';
import { InputError } from '../../../lib/errors';
import { features, type FeatureOptions } from '../../../inputs/features/store';
import { fisherDefaults } from '../../../inputs/features/fisher-vectors';
import { createRandom } from '../../../lib/random';
import { scratchFolder } from '../../scratch';

const base = synthetic({ fine: 4, coarse: 2, pool: 12, test: 8 });

function withImages(seed: number): Dataset {
  const random = createRandom(seed);
  const images = (count: number) => {
    const pixels = Uint8Array.from({ length: count * 10 * 14 }, () => random.integer(256));
    return { count, height: 10, width: 14, channels: 1 as const, pixels };
  };
  const split = ({ fine }: Split): Split => ({ fine, images: images(fine.length) });
  return { ...base, name: 'noise', pool: split(base.pool), test: split(base.test) };
}

function store(): FeatureOptions & { folder: string; said: string[] } {
  const said: string[] = [];
  return {
    folder: scratchFolder('features'),
    fisher: { ...fisherDefaults, gaussians: 2, dimensions: 4 },
    warn: (message) => said.push(message),
    said,
  };
}

const forbidden = {
  engine: { name: 'forbidden', product: () => Promise.reject(new Error('computed though cached')) },
};

test('features of their own are passed through', async () => {
  const found = await features(base);
  assert.equal(found.pool, base.pool.features);
  assert.equal(found.test, base.test.features);
});

test('a NaN among the features is refused with its row and column', async () => {
  const pool = { ...base.pool, features: matrix(12, 16, base.pool.features!.data.slice()) };
  pool.features.data[5 * 16 + 3] = NaN;
  await assert.rejects(features({ ...base, pool }), (error: Error) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, /synthetic, pool: feature 3 of image 5 \(row 5, column 3\) is NaN/);
    return true;
  });
});

test('a data set with neither images nor features is refused', async () => {
  const bare = { ...base, pool: { fine: base.pool.fine } };
  await assert.rejects(features(bare), /synthetic has neither images nor features/);
});

test('features are computed once and then read back the same, without an engine', async () => {
  const options = store();
  const first = await features(withImages(1), options);
  assert.deepEqual([first.pool.rows, first.test.rows, first.pool.columns], [12, 8, 11]);
  assert.deepEqual(readdirSync(options.folder), ['noise.json', 'noise.pool.npy', 'noise.test.npy']);
  assert.deepEqual(await features(withImages(1), { ...options, ...forbidden }), first);
  assert.deepEqual(options.said, []);
});

test('the same images give the same features twice', async () => {
  assert.deepEqual(await features(withImages(1), store()), await features(withImages(1), store()));
});

test('features of other images or settings are computed anew, with a word', async () => {
  const options = store();
  const first = await features(withImages(1), options);
  const other = await features(withImages(2), options);
  assert.notDeepEqual(other.pool, first.pool);
  assert.match(options.said.join(), /noise\.\*: made of other images or with other settings/);
  const fewer = await features(withImages(2), { ...options, components: 3 });
  assert.equal(fewer.pool.columns, 3);
  assert.equal(options.said.length, 2);
});

test('a damaged cache is computed anew, with a word', async () => {
  const options = store();
  const first = await features(withImages(1), options);
  const file = (end: string): string => path.join(options.folder, `noise${end}`);
  const faults: [() => void, RegExp][] = [
    [() => truncateSync(file('.pool.npy'), 200), /not the bytes that were written/],
    [
      () => writeFileSync(file('.test.npy'), flipped(readFileSync(file('.test.npy')))),
      /not the bytes that were written/,
    ],
    [() => truncateSync(file('.json'), 20), /unreadable/],
  ];
  for (const [damage, word] of faults) {
    damage();
    options.said.length = 0;
    assert.deepEqual(await features(withImages(1), options), first);
    assert.match(options.said.join(), word);
  }
});

test('two computations at once leave one whole cache', async () => {
  const options = store();
  const [a, b] = await Promise.all([features(withImages(1), options), features(withImages(1), options)]);
  assert.deepEqual(a, b);
  assert.deepEqual(await features(withImages(1), { ...options, ...forbidden }), a);
  assert.equal(readdirSync(options.folder).length, 3);
});

test('progress runs from 0 to 1 without stepping back', async () => {
  const shares: number[] = [];
  await features(withImages(1), { ...store(), engine: await createEngine(), progress: (share) => shares.push(share) });
  assert.deepEqual(
    shares,
    [...shares].sort((a, b) => a - b),
  );
  assert.equal(shares.at(-1), 1);
});

function flipped(bytes: Buffer): Buffer {
  bytes[bytes.length - 1]! ^= 1;
  return bytes;
}
