import assert from 'node:assert/strict';
import { readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { validateDataset, type Dataset, type Split } from '../../../lib/data/dataset';
import { imagesFingerprint } from '../../../lib/data/fingerprint';
import { commonSize, imagesOf } from '../../../inputs/datasets/images-of';
import { encodedPicture, rgbPicture } from '../../../lib/data/pictures';
import { synthetic } from '../../../inputs/datasets/synthetic';
import { InputError } from '../../../lib/errors';
import { features } from '../../../inputs/features/store';
import { fisherDefaults } from '../../../inputs/features/fisher-vectors';
import { createRandom } from '../../../lib/random';
import { scratchFolder } from '../../scratch';

async function filesOf(pictures: Record<string, Sharp>): Promise<Split & { files: { folder: string } }> {
  const folder = scratchFolder('images');
  for (const [name, picture] of Object.entries(pictures)) await picture.toFile(path.join(folder, name));
  const paths = Object.keys(pictures);
  return { fine: new Int32Array(paths.length), files: { folder, paths } };
}

const plain = (width: number, height: number, background = '#ff0000'): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

/** A gray ramp from left to right. */
function ramp(width: number, height: number): Sharp {
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => (255 * (i % width)) / (width - 1));
  return sharp(pixels, { raw: { width, height, channels: 1 } });
}

test('gray, 16-bit, CMYK, transparent and turned images come out as RGB and as gray at the size asked for', async () => {
  const deep = sharp(new Uint16Array(64).fill(0x8000), { raw: { width: 8, height: 8, channels: 1 } });
  const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
  const split = await filesOf({
    'gray.jpg': plain(8, 8, '#808080').toColourspace('b-w').jpeg(),
    'deep.png': deep.toColourspace('grey16').png(),
    'ink.jpg': plain(8, 8).toColourspace('cmyk').jpeg(),
    'clear.webp': clear.webp({ lossless: true }),
    'turned.jpg': plain(8, 4).jpeg().withMetadata({ orientation: 6 }),
    'moving.gif': plain(8, 8, '#00ff00').gif(),
    'new.avif': plain(16, 16, '#0000ff').avif({ lossless: true }),
    'print.tiff': plain(8, 8, '#ffffff').tiff(),
  });
  const rgb = await imagesOf(split, { height: 4, width: 4, channels: 3 });
  const colours = [[128], [128], [238, 28, 37], [255], [254, 0, 0], [0, 255, 0], [0, 0, 255], [255]];
  colours.forEach(([r, g = r, b = r], i) => {
    const pixel = rgb.pixels.subarray(i * 48, i * 48 + 3);
    [r, g, b].forEach((value, c) =>
      assert.ok(Math.abs(pixel[c]! - value!) < 40, `image ${i}: ${pixel.join()}, expected about ${r}, ${g}, ${b}`),
    );
  });
  const gray = await imagesOf(split, { height: 4, width: 4, channels: 1 });
  assert.equal(gray.pixels.length, 8 * 16);
  assert.deepEqual([gray.pixels[0], gray.pixels[16], gray.pixels[48]], [128, 128, 255]);
  for (let i = 0; i < 8; i++) {
    assert.equal((await rgbPicture(split, i)).pixels.length % 3, 0);
    assert.equal((await sharp((await encodedPicture(split, i)).bytes).metadata()).space, 'srgb');
  }
  assert.deepEqual(await commonSize(split, 12), { height: 12, width: 12 });
});

test('an image of other proportions keeps them: what is left at the sides mirrors the picture', async () => {
  const split = await filesOf({ 'wide.png': ramp(16, 8).png() });
  const { pixels } = await imagesOf(split, { height: 16, width: 16, channels: 1 });
  const line = (y: number): Uint8Array => pixels.subarray(16 * y, 16 * (y + 1));
  for (let y = 0; y < 16; y++) assert.deepEqual(line(y), line(4), `row ${y}`);
  assert.ok(line(0)[0]! < 20 && line(0)[15]! > 235);
});

test('the banner is cut off before anything else sees the picture', async () => {
  const banner = await plain(8, 4, '#000000').png().toBuffer();
  const photo = plain(8, 12, '#ffffff').composite([{ input: banner, left: 0, top: 8 }]);
  const { fine, files } = await filesOf({ 'photo.png': photo.png() });
  const split = { fine, files: { ...files, cropBottom: 4 } };
  assert.deepEqual(await commonSize(split, 96), { height: 8, width: 8 });
  const { pixels } = await imagesOf(split, { height: 8, width: 8, channels: 1 });
  assert.ok(pixels.every((value) => value === 255));
});

test('images that cannot be read are refused all at once, by name, at the end', async () => {
  const split = await filesOf({ 'a.png': ramp(64, 64).png(), 'b.png': ramp(64, 64).png(), 'c.png': plain(8, 8).png() });
  const { folder } = split.files;
  truncateSync(path.join(folder, 'a.png'), 100);
  writeFileSync(path.join(folder, 'b.png'), 'no picture');
  let read = 0;
  await assert.rejects(
    imagesOf(split, { height: 8, width: 8, channels: 1 }, (done) => (read = done)),
    (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, /^2 of 3 images cannot be read:\nCannot read the image .*a\.png.*\n.*b\.png.*\n/);
      assert.match(error.message, /npm run dataset -- NAME --check/);
      return true;
    },
  );
  assert.equal(read, 3);
});

test('a fingerprint changes with the pixels, the files, their times and the crop, and with nothing else', async () => {
  const split = await filesOf({ 'a.png': plain(8, 8).png(), 'b.png': plain(8, 8).png() });
  const { files } = split;
  const first = await imagesFingerprint(split);
  assert.equal(await imagesFingerprint({ ...split, fine: Int32Array.of(1, 1) }), first);
  const others = [
    await imagesFingerprint({ ...split, files: { ...files, paths: ['b.png', 'a.png'] } }),
    await imagesFingerprint({ ...split, files: { ...files, cropBottom: 1 } }),
  ];
  utimesSync(path.join(files.folder, 'b.png'), 1, 1);
  others.push(await imagesFingerprint(split));
  rmSync(path.join(files.folder, 'b.png'));
  others.push(await imagesFingerprint(split));
  assert.equal(new Set([first, ...others]).size, 5);
});

/** Eight small pictures of noise, four for each split, in files. */
async function inFiles(): Promise<Dataset> {
  const random = createRandom(7);
  const noise = (): Sharp =>
    sharp(
      Uint8Array.from({ length: 300 }, () => random.integer(256)),
      { raw: { width: 20, height: 15, channels: 1 } },
    ).png();
  const part = async (): Promise<Split> => ({
    ...(await filesOf(Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`${i}.png`, noise()])))),
    fine: Int32Array.of(0, 1, 2, 3),
  });
  const { hierarchy } = synthetic({ fine: 4, coarse: 2, pool: 4, test: 4 });
  return validateDataset({ name: 'files', title: 'files', hierarchy, pool: await part(), test: await part() });
}

test('features of images in files equal those of the same images held as pixels, and are cached like them', async () => {
  const data = await inFiles();
  const options = {
    folder: scratchFolder('features'),
    fisher: { ...fisherDefaults, gaussians: 2, dimensions: 4 },
  };
  const shares: number[] = [];
  const found = await features(data, { ...options, progress: (share) => shares.push(share) });
  assert.deepEqual(
    shares,
    [...shares].sort((a, b) => a - b),
  );
  assert.equal(shares.at(-1), 1);
  const size = { height: 15, width: 20, channels: 1 } as const;
  const held = async ({ fine, ...split }: Split): Promise<Split> => ({
    fine,
    images: await imagesOf({ fine, ...split }, size),
  });
  const same = { ...data, name: 'pixels', pool: await held(data.pool), test: await held(data.test) };
  assert.deepEqual(await features(same, options), found);
  const forbidden = { name: 'forbidden', product: () => Promise.reject(new Error('computed though cached')) };
  assert.deepEqual(await features(data, { ...options, engine: forbidden }), found);
  assert.equal(readdirSync(options.folder).length, 6);
});

test('a file list that is too short, or leads out of the folder, is refused', async () => {
  const data = await inFiles();
  const { folder, paths } = data.pool.files!;
  const withPaths = (names: readonly string[]): Dataset => ({
    ...data,
    pool: { fine: data.pool.fine, files: { folder, paths: names } },
  });
  assert.throws(() => validateDataset(withPaths(paths.slice(1))), /files, pool: 3 files for 4 labels/);
  for (const name of ['../a.png', 'b/../../a.png', '/etc/a.png', 'C:\\a.png', 'b\\..\\a.png'])
    assert.throws(() => validateDataset(withPaths([name, ...paths.slice(1)])), /lies outside the data set/);
  assert.doesNotThrow(() => validateDataset(withPaths(['a..b/..c.png', ...paths.slice(1)])));
});
