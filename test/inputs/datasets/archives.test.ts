import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cub200 } from '../../../inputs/datasets/cub200';
import type { Dataset } from '../../../lib/data/dataset';
import { fgvcAircraft } from '../../../inputs/datasets/fgvc-aircraft';
import { flowers102, flowerSpecies } from '../../../inputs/datasets/flowers102';
import { oxfordPets } from '../../../inputs/datasets/oxford-pets';
import { loadDataset } from '../../../inputs/datasets/registry';
import { rgbPicture } from '../../../lib/data/pictures';
import { InputError } from '../../../lib/errors';
import { matFile } from './mat-files';
import {
  aircraftMiniature,
  aircraftVariants,
  cubClasses,
  cubMiniature,
  flowersMiniature,
  petsMiniature,
  stripes,
  unpacked,
  type Miniature,
} from './miniatures';
import { scratchFolder } from '../../scratch';

const picture = stripes(0, 0);
const blank = async (): Promise<Buffer> => Buffer.from('not looked at');
const nameOf = ({ hierarchy }: Dataset, label: number): string => hierarchy.fine[label]!;
const groupOf = ({ hierarchy }: Dataset, name: string): string =>
  hierarchy.coarse[hierarchy.groupOf[hierarchy.fine.indexOf(name)]!]!;
const groupSizes = ({ hierarchy }: Dataset): number[] =>
  hierarchy.coarse.map((_, c) => hierarchy.groupOf.filter((group) => group === c).length);

test("CUB's 200 species fall into 70 groups by the last word of their names, 33 of them with one species", async () => {
  const data = await cub200(unpacked(await cubMiniature({ classes: cubClasses, pool: 2, test: 1 }, blank)));
  assert.deepEqual([data.hierarchy.fine.length, data.hierarchy.coarse.length], [200, 70]);
  assert.equal(groupSizes(data).filter((size) => size === 1).length, 33);
  assert.equal(groupOf(data, 'Black footed Albatross'), 'Albatross');
  assert.equal(groupOf(data, 'Chuck will Widow'), 'Widow');
  assert.deepEqual([data.pool.fine.length, data.test.fine.length], [400, 200]);
  assert.equal(nameOf(data, 0), 'Black footed Albatross');
});

test("Aircraft's 100 variants fall into 30 manufacturers, names with slashes and blanks among them", async () => {
  const classes = aircraftVariants.map(([variant]) => variant!);
  const files = await aircraftMiniature({ classes, pool: 1, test: 1 }, () => picture);
  const data = await fgvcAircraft(unpacked(files));
  assert.deepEqual([data.hierarchy.fine.length, data.hierarchy.coarse.length], [100, 30]);
  assert.deepEqual(
    data.hierarchy.fine.map((name) => groupOf(data, name)),
    aircraftVariants.map(([, maker]) => maker),
  );
  assert.equal(groupOf(data, 'F/A-18'), 'McDonnell Douglas');
  assert.equal(groupOf(data, 'Model B200'), 'Beechcraft');
});

test("Flowers' 102 species stand in the order of the labels and fall into 46 families", async () => {
  const data = await flowers102(unpacked(await flowersMiniature({ pool: 3, test: 1 }, blank)));
  assert.deepEqual([data.hierarchy.fine.length, data.hierarchy.coarse.length], [102, 46]);
  assert.deepEqual(
    [1, 2, 3, 51, 77, 102].map((label) => nameOf(data, label - 1)),
    ['pink primrose', 'hard-leaved pocket orchid', 'canterbury bells', 'petunia', 'passion flower', 'blackberry lily'],
  );
  assert.equal(groupOf(data, 'oxeye daisy'), 'Asteraceae');
  assert.equal(groupSizes(data)[data.hierarchy.coarse.indexOf('Asteraceae')], 19);
  assert.ok(flowerSpecies().every((entry) => entry.length === 2 && entry.every(Boolean)));
});

test("Flowers' pool is its training and validation images, each with the label that stands at its number", async () => {
  const files = await flowersMiniature({ pool: 2, test: 1 }, blank);
  const data = await flowers102(unpacked(files));
  assert.deepEqual([data.pool.fine.length, data.test.fine.length], [204, 102]);
  for (const { fine, files: found } of [data.pool, data.test])
    found!.paths.forEach((name, i) => {
      assert.ok(files.has(`flowers-102/${name}`));
      assert.equal(fine[i], Math.floor((Number(/\d+/.exec(name)![0]) - 1) / 3));
    });
});

test('Flowers files that do not fit together are refused', async () => {
  const root = unpacked(await flowersMiniature({ pool: 2, test: 1 }, blank));
  const write = (name: string, arrays: Record<string, number[]>): void =>
    writeFileSync(path.join(root, 'flowers-102', name), matFile(arrays));
  write('setid.mat', { trnid: [1, 400], valid: [2], tstid: [3] });
  await assert.rejects(flowers102(root), /setid\.mat names image 400; expected 1 to 306/);
  write('setid.mat', { trnid: [1, 2], valid: [2], tstid: [3] });
  await assert.rejects(flowers102(root), /image 2 is in both trnid and valid/);
  write('setid.mat', { trnid: [1, 2], tstid: [3] });
  await assert.rejects(flowers102(root), /setid\.mat has no array "valid"; expected the original file/);
  write('imagelabels.mat', { labels: [1, 103, 2] });
  await assert.rejects(flowers102(root), /image 2 has label 103; expected 1 to 102/);
});

test('Pets are breeds of cats and dogs, in the order of their numbers, by the official split', async () => {
  const classes = ['Abyssinian', 'american_pit_bull_terrier', 'British_Shorthair'];
  const files = await petsMiniature({ classes, pool: 2, test: 1 }, blank);
  const list = 'oxford-iiit-pet/annotations/trainval.txt';
  files.set(list, Buffer.from(files.get(list)!.toString().trim().split('\n').reverse().join('\r\n')));
  const root = unpacked(files);
  const data = await oxfordPets(root);
  assert.deepEqual(data.hierarchy.fine, ['Abyssinian', 'american pit bull terrier', 'British Shorthair']);
  assert.deepEqual(
    data.hierarchy.fine.map((breed) => groupOf(data, breed)),
    ['cat', 'dog', 'cat'],
  );
  assert.deepEqual(
    [[...data.pool.fine], [...data.test.fine]],
    [
      [2, 2, 1, 1, 0, 0],
      [0, 1, 2],
    ],
  );
  assert.ok(data.pool.files!.paths.every((name) => files.has(`oxford-iiit-pet/${name}`)));
  const write = (line: string): void =>
    writeFileSync(path.join(root, list), `${files.get(list)!.toString()}\n${line}\n`);
  write('Bengal_1 1 1 2');
  await assert.rejects(oxfordPets(root), /class 1 is both Abyssinian \(cat\) and Bengal \(cat\)/);
  write('Bengal_1 5 1 2');
  await assert.rejects(oxfordPets(root), /the lists have classes 1, 2, 3, 5; expected all from 1/);
  write('../Bengal_1 4 1 2');
  await assert.rejects(oxfordPets(root), /trainval\.txt has "\.\.\/Bengal_1 4 1 2"; expected an image/);
});

test('CUB images keep the official split and labels, whatever the order of the lists', async () => {
  const classes = cubClasses.slice(0, 3);
  const files = await cubMiniature({ classes, pool: 2, test: 1 }, blank);
  const reversed = files.get('CUB_200_2011/image_class_labels.txt')!.toString().trim().split('\r\n').reverse();
  files.set('CUB_200_2011/image_class_labels.txt', Buffer.from(reversed.join('\n')));
  const data = await cub200(unpacked(files));
  assert.deepEqual([...data.pool.fine], [0, 0, 1, 1, 2, 2]);
  assert.deepEqual([...data.test.fine], [0, 1, 2]);
  for (const { fine, files: found } of [data.pool, data.test])
    found!.paths.forEach((name, i) => {
      assert.ok(name.startsWith(`images/${classes[fine[i]!]}/`));
      assert.ok(files.has(`CUB_200_2011/${name}`));
    });
});

test('both sets decode: gray, CMYK and turned images, and no pixel of the banner is left', async () => {
  const birds = await cub200(unpacked(await cubMiniature({ classes: cubClasses.slice(0, 1), pool: 4, test: 1 })));
  const classes = ['F/A-18', 'Model B200'];
  const planes = await fgvcAircraft(unpacked(await aircraftMiniature({ classes, pool: 4, test: 1 })));
  for (const { pool } of [birds, planes])
    for (let i = 0; i < pool.fine.length; i++) {
      const { height, width, pixels } = await rgbPicture(pool, i);
      assert.equal(height, 36);
      assert.ok(width >= 40 && pixels.length === 36 * width * 3);
      const bottom = pixels.subarray(-3 * width);
      assert.ok(bottom.reduce((sum, value) => sum + value, 0) / bottom.length > 40);
    }
});

const faults: [string, (files: Miniature) => void, RegExp][] = [
  [
    'a class that is not listed',
    (files) => change(files, 'image_class_labels.txt', '1 1', '1 9'),
    /image 1 has class "9"/,
  ],
  [
    'an unknown part',
    (files) => change(files, 'train_test_split.txt', '2 1', '2 x'),
    /"x" for image 2; expected 0 or 1/,
  ],
  ['a line that is none', (files) => change(files, 'images.txt', '3 ', '3'), /images\.txt, entry 3: "3[^ ]*"/],
  ['an id twice', (files) => change(files, 'images.txt', '3 ', '2 '), /images\.txt, entry 3: "2" is listed twice/],
  ['a path out of the folder', (files) => change(files, 'images.txt', '1 001', '1 ../../001'), /outside the data set/],
];
for (const [name, damage, message] of faults)
  test(`CUB lists with ${name} are refused`, async () => {
    const files = await cubMiniature({ classes: cubClasses.slice(0, 2), pool: 2, test: 1 }, blank);
    damage(files);
    await assert.rejects(cub200(unpacked(files)), (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, message);
      return true;
    });
  });

function change(files: Miniature, name: string, from: string, to: string): void {
  const key = `CUB_200_2011/${name}`;
  const text = files.get(key)!.toString();
  assert.ok(text.includes(from));
  files.set(key, Buffer.from(text.replace(from, to)));
}

test('Aircraft lists that contradict one another are refused', async () => {
  const classes = ['707-320', '727-200'];
  const files = await aircraftMiniature({ classes, pool: 2, test: 1 }, () => picture);
  const root = unpacked(files);
  const list = path.join(root, 'fgvc-aircraft-2013b/data/images_manufacturer_trainval.txt');
  const text = readFileSync(list, 'utf8');
  writeFileSync(list, text.replace('Boeing', 'Nobody'));
  await assert.rejects(fgvcAircraft(root), /has manufacturer "Nobody"; expected one of manufacturers\.txt/);
  writeFileSync(list, text.replace('Boeing', 'Airbus'));
  writeFileSync(path.join(root, 'fgvc-aircraft-2013b/data/manufacturers.txt'), 'Airbus\nBoeing\n');
  await assert.rejects(fgvcAircraft(root), /variant "707-320" is made by both "Airbus" and "Boeing"/);
});

test('a set that is not there is refused with the command that downloads it; DATA_ROOT says where it is sought', async () => {
  const folder = scratchFolder('no-data');
  const before = process.env.DATA_ROOT;
  process.env.DATA_ROOT = folder;
  try {
    for (const name of ['cub200', 'fgvc-aircraft', 'flowers102', 'oxford-pets'])
      await assert.rejects(loadDataset(name), (error: Error) => {
        assert.ok(error instanceof InputError);
        assert.ok(error.message.startsWith(folder));
        assert.ok(error.message.includes(`npm run download -- ${name}`));
        return true;
      });
  } finally {
    if (before === undefined) delete process.env.DATA_ROOT;
    else process.env.DATA_ROOT = before;
    rmSync(folder, { recursive: true });
  }
});
