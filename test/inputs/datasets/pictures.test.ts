import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import type { Split } from '../../../lib/data/dataset';
import { encodedPicture, rgbPicture } from '../../../lib/data/pictures';
import { scratchFolder } from '../../scratch';

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
  const folder = scratchFolder('pictures');
  const wide = sharp({ create: { width: 8, height: 4, channels: 3, background: '#ff0000' } });
  writeFileSync(path.join(folder, 'turned.jpg'), await wide.jpeg().withMetadata({ orientation: 6 }).toBuffer());
  const split = (cropBottom: number): Split => ({ fine, files: { folder, paths: ['turned.jpg'], cropBottom } });
  const whole = await rgbPicture(split(0), 0);
  assert.deepEqual([whole.height, whole.width, whole.pixels.length], [8, 4, 96]);
  assert.equal((await rgbPicture(split(3), 0)).height, 5);
  assert.equal((await encodedPicture(split(3), 0)).mimeType, 'image/jpeg');
});

test('a file that is no picture is named', async () => {
  const folder = scratchFolder('pictures');
  writeFileSync(path.join(folder, 'notes.jpg'), 'no picture');
  const split: Split = { fine, files: { folder, paths: ['notes.jpg'] } };
  await assert.rejects(rgbPicture(split, 0), /Cannot read the image .*notes\.jpg/);
  await assert.rejects(rgbPicture(split, 1), /no image 1/);
});

test('a TIFF of floating-point or 32-bit numbers is refused, not shown black or white', async () => {
  const folder = scratchFolder('depth');
  for (const [name, format, words] of [
    ['float.tif', 3, 'float'],
    ['long.tiff', 1, 'uint'],
  ] as const) {
    writeFileSync(path.join(folder, name), tiff(0.5, format));
    const split = { fine: Int32Array.of(0), files: { folder, paths: [name] } };
    const message = new RegExp(`${name}: its pixels are ${words} numbers; save it with 8 or 16 bits`);
    await assert.rejects(rgbPicture(split, 0), message);
  }
});

/** One gray pixel, 32 bits, uncompressed: width, height, bits, compression, photometric, strip, rows, bytes, format. */
function tiff(value: number, format: 1 | 3): Buffer {
  const tags = [
    ...[[256, 1], [257, 1], [258, 32], [259, 1], [262, 1], [273, 8], [277, 1], [278, 1], [279, 4], [339, format]], // prettier-ignore
  ] as [number, number][];
  const bytes = Buffer.alloc(12 + 2 + 12 * tags.length + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(12, 4);
  bytes.writeFloatLE(value, 8);
  bytes.writeUInt16LE(tags.length, 12);
  tags.forEach(([tag, entry], i) => {
    bytes.writeUInt16LE(tag, 14 + 12 * i);
    bytes.writeUInt16LE(3, 16 + 12 * i);
    bytes.writeUInt32LE(1, 18 + 12 * i);
    bytes.writeUInt32LE(entry, 22 + 12 * i);
  });
  return bytes;
}
