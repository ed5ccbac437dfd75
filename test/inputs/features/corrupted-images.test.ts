import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { synthetic } from '../../../inputs/datasets/synthetic';
import type { Dataset, Split } from '../../../lib/data/dataset';
import { row } from '../../../lib/engine/matrix';
import { features } from '../../../inputs/features/store';
import { createRandom } from '../../../lib/random';
import { smallPreprocessor, smallVitFolder } from './vit/small';
import { scratchFolder } from '../../scratch';

// A hundred damaged images among sound ones, through a real ONNX vision transformer.

const folder = scratchFolder('corrupted');
const [pictures, model, cache] = ['pictures', 'vit', 'cache'].map((name) => path.join(folder, name));
const random = createRandom(5);
const base = synthetic({ fine: 2, coarse: 2, pool: 108, test: 4 });
const damaged: string[] = [];
let data: Dataset;

const formats: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  jpg: (picture) => picture.jpeg(),
  png: (picture) => picture.png(),
  webp: (picture) => picture.webp(),
  gif: (picture) => picture.gif(),
  tiff: (picture) => picture.tiff(),
};
const picture = (name: string): Promise<Buffer> => {
  const pixels = Uint8Array.from({ length: 20 * 20 * 3 }, () => random.integer(256));
  const noise = sharp(pixels, { raw: { width: 20, height: 20, channels: 3 } });
  return formats[name.split('.').at(-1)!]!(noise).toBuffer();
};

/** Every fault leaves no way to read the picture. */
const faults: ((whole: Buffer) => Buffer)[] = [
  () => Buffer.alloc(0),
  (whole) => whole.subarray(0, 3 + random.integer(9)),
  (whole) => Buffer.concat([Buffer.from('MZ\x90\0'), whole.subarray(4)]),
  () => Buffer.from(Uint8Array.from({ length: 500 }, () => random.integer(256))),
  () => Buffer.from('<!doctype html><title>404 Not Found</title>'),
];

/** A PNG of a few bytes that claims to be 60,000 x 60,000. */
function bomb(): Buffer {
  const bytes = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
    'base64',
  );
  bytes.writeUInt32BE(60_000, 16);
  bytes.writeUInt32BE(60_000, 20);
  return bytes;
}

before(async () => {
  mkdirSync(pictures!);
  smallVitFolder(model!, 'vit', smallPreprocessor);

  const split = async ({ fine }: Split, part: string): Promise<Split> => {
    const paths: string[] = [];
    for (let i = 0; i < fine.length; i++) {
      const name = `${part}-${i}.${Object.keys(formats)[i % 5]}`;
      paths.push(name);
      const whole = await picture(name);
      const isDamaged = part === 'pool' && i < 100;
      if (isDamaged) damaged.push(name);
      const fault = faults[Math.floor(i / 5) % faults.length]!;
      const bytes = !isDamaged ? whole : i % 25 === 1 ? bomb() : fault(whole);
      writeFileSync(path.join(pictures!, name), bytes);
    }
    return { fine, files: { folder: pictures!, paths } };
  };
  data = { ...base, name: 'damaged', pool: await split(base.pool, 'pool'), test: await split(base.test, 'test') };
});

const extract = (from: Dataset) => features(from, { folder: cache!, extractor: model!, warn: () => {} });

test('a hundred damaged images are counted and named, and change nothing in their folder', async () => {
  const there = readdirSync(pictures!);
  await assert.rejects(extract(data), (error: Error) => {
    assert.equal(error.name, 'InputError');
    assert.match(error.message, /^100 of 112 images cannot be read:\n(Cannot read the image .*\n){10}\(and 90 more\)/);
    for (const name of damaged.slice(0, 10)) assert.ok(error.message.includes(name), name);
    return true;
  });
  assert.deepEqual(readdirSync(pictures!), there);
  assert.deepEqual(readdirSync(folder).sort(), ['cache', 'pictures', 'vit']);
});

test('replaced, they are described as if they had never been damaged', async () => {
  for (const name of damaged) writeFileSync(path.join(pictures!, name), await picture(name));
  const found = await extract(data);
  const again = await features(data, { folder: path.join(folder, 'other'), extractor: model! });
  assert.deepEqual(found.pool, again.pool);
  assert.ok(row(found.pool, 0).some((value) => value !== 0));
});
