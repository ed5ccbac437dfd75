import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import type { Split } from '../../lib/datasets/dataset';
import { encodedPicture, rgbPicture } from '../../lib/datasets/pictures';

const fine = Int32Array.of(0);

test('a picture held as pixels comes out as the same pixels, gray ones in three channels', async () => {
  const split: Split = {
    fine,
    images: { count: 1, height: 2, width: 3, channels: 1, pixels: Uint8Array.of(0, 50, 100, 150, 200, 250) },
  };
  const { height, width, pixels } = await rgbPicture(split, 0);
  assert.deepEqual([height, width, [...pixels.subarray(0, 6)]], [2, 3, [0, 0, 0, 50, 50, 50]]);
  const { bytes, mimeType } = await encodedPicture(split, 0);
  assert.equal(mimeType, 'image/png');
  assert.equal((await sharp(bytes).metadata()).width, 3);
});

test('a picture in a file is turned upright, and cropped where asked to', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pictures-'));
  const wide = sharp({ create: { width: 8, height: 4, channels: 3, background: '#ff0000' } });
  writeFileSync(path.join(folder, 'turned.jpg'), await wide.jpeg().withMetadata({ orientation: 6 }).toBuffer());
  const split = (cropBottom: number): Split => ({ fine, files: { folder, paths: ['turned.jpg'], cropBottom } });
  const whole = await rgbPicture(split(0), 0);
  assert.deepEqual([whole.height, whole.width, whole.pixels.length], [8, 4, 96]);
  assert.equal((await rgbPicture(split(3), 0)).height, 5);
  assert.equal((await encodedPicture(split(3), 0)).mimeType, 'image/jpeg');
});

test('a file that is no picture is named', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pictures-'));
  writeFileSync(path.join(folder, 'notes.jpg'), 'no picture');
  const split: Split = { fine, files: { folder, paths: ['notes.jpg'] } };
  await assert.rejects(rgbPicture(split, 0), /Cannot read the image .*notes\.jpg/);
  await assert.rejects(rgbPicture(split, 1), /no image 1/);
});
