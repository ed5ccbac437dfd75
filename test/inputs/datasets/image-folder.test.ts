import assert from 'node:assert/strict';
import fs, { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import fc from 'fast-check';
import { cardOf } from '../../../inputs/datasets/card';
import { contactSheet } from '../../../inputs/datasets/contact-sheet';
import type { Dataset } from '../../../lib/data/dataset';
import { imageFolder, proposedHierarchy } from '../../../inputs/datasets/image-folder';
import { formatCsv, parseCsv } from '../../../inputs/datasets/image-folder/csv';
import { loadDataset } from '../../../inputs/datasets/registry';
import { checkImages } from '../../../inputs/datasets/unreadable';
import { InputError } from '../../../lib/errors';
import { stripes, unpacked } from './miniatures';

const bytes = Buffer.from('not looked at');
const folderOf = (...names: string[]): string => unpacked(new Map(names.map((name) => [name, bytes])));
/** Ten files in each of the folders. */
const tens = (...folders: string[]): string[] =>
  folders.flatMap((folder) => Array.from({ length: 10 }, (_, i) => `${folder}/${i}.jpg`));
const groups = ({ hierarchy: { fine, coarse, groupOf } }: Dataset): Record<string, string> =>
  Object.fromEntries(fine.map((name, k) => [name, coarse[groupOf[k]!]!]));
const write = (folder: string, name: string, content: unknown): void =>
  writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

async function refuses(folder: string, message: RegExp): Promise<void> {
  await assert.rejects(imageFolder(folder), (error: Error) => {
    assert.ok(error instanceof InputError, error.stack);
    assert.match(error.message, message);
    return true;
  });
}

test('coarse/fine/image gives the hierarchy, in code point order, whatever else lies about', async () => {
  const folder = folderOf(
    ...tens('cats/tabby', 'cats/Ärger', 'dogs/pug'),
    'cats/notes.txt',
    'cats/tabby/.hidden.jpg',
    '.git/a/b.jpg',
    'dogs/pug/READ.ME',
  );
  write(folder, 'dogs/pug/X.JPEG', 'upper case');
  const data = await imageFolder(folder);
  assert.deepEqual(groups(data), { tabby: 'cats', Ärger: 'cats', pug: 'dogs' });
  assert.equal(data.pool.fine.length + data.test.fine.length, 31);
  const { paths } = data.pool.files!;
  assert.deepEqual(
    paths,
    [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  );
  paths.forEach((name, i) => assert.equal(name.split('/')[1], data.hierarchy.fine[data.pool.fine[i]!]));
});

test('a class name that several groups use is told apart by its group', async () => {
  const data = await imageFolder(folderOf(...tens('shirts/red', 'shirts/blue', 'hats/red')));
  assert.deepEqual(groups(data), { 'hats / red': 'hats', blue: 'shirts', 'shirts / red': 'shirts' });
});

test('fine/image takes its groups from a CSV, a JSON of either form, or the last words of the names', async () => {
  const folder = folderOf(...tens('grey wolf', 'red fox', 'arctic fox'));
  const expected = { 'arctic fox': 'fox', 'grey wolf': 'wolf', 'red fox': 'fox' };
  write(folder, 'dataset.json', { hierarchy: 'last-word' });
  assert.deepEqual(groups(await imageFolder(folder)), expected);
  write(folder, 'dataset.json', { hierarchy: 'mine.csv', title: 'Canids', name: 'canids' });
  write(folder, 'mine.csv', 'fine,coarse\r\n"arctic fox",fox\r\nred fox , fox\r\ngrey wolf,wolf\r\nlion,cat\r\n\r\n');
  const data = await imageFolder(folder);
  assert.deepEqual([groups(data), data.name, data.title], [expected, 'canids', 'Canids']);
  rmSync(path.join(folder, 'dataset.json'));
  for (const json of [expected, { wolf: ['grey wolf'], fox: ['arctic fox', 'red fox'] }]) {
    write(folder, 'hierarchy.json', json);
    assert.deepEqual(groups(await imageFolder(folder)), expected);
  }
});

test('a proposed hierarchy is a CSV that loads as it is', async () => {
  const folder = folderOf(...tens('a "b" fox', 'c, d fox', 'wolf'));
  await refuses(folder, /has 3 classes and no groups\. Save a hierarchy\.csv .* --propose-hierarchy$/);
  write(folder, 'hierarchy.csv', proposedHierarchy(folder));
  assert.deepEqual(groups(await imageFolder(folder)), { 'a "b" fox': 'fox', 'c, d fox': 'fox', wolf: 'wolf' });
});

test('class names are compared in composed Unicode, files are read as the disk spells them', async () => {
  const folder = folderOf(...tens('a/e\u0301te\u0301', 'b/x'));
  const data = await imageFolder(folder);
  assert.deepEqual(data.hierarchy.fine, ['\u00e9t\u00e9', 'x']);
  assert.ok(data.pool.files!.paths[0]!.startsWith('a/e\u0301te\u0301/'));
});

test('a drawn split gives every class its share, the same for a seed, and does not move when a class joins', async () => {
  const folder = folderOf(...tens('a/x', 'a/y', 'b/z'), 'b/two/1.png', 'b/two/2.png');
  const first = await imageFolder(folder);
  const testOf = ({ test }: Dataset): readonly string[] => test.files!.paths;
  assert.deepEqual(
    first.hierarchy.fine.map((_, k) => first.test.fine.filter((label) => label === k).length),
    [3, 3, 1, 3],
  );
  assert.deepEqual(await imageFolder(folder), first);
  write(folder, 'dataset.json', { split: { test: 0.5, seed: 4 } });
  const half = await imageFolder(folder);
  assert.equal(half.test.fine.length, 16);
  mkdirSync(path.join(folder, 'a/new'));
  for (let i = 0; i < 4; i++) write(folder, `a/new/${i}.gif`, 'x');
  const joined = testOf(await imageFolder(folder)).filter((name) => !name.startsWith('a/new'));
  assert.deepEqual(joined, testOf(half));
});

test('train and test folders are the split; val joins train where there is a test, and else is the test', async () => {
  const parts = (data: Dataset): number[] => [data.pool.fine.length, data.test.fine.length];
  const three = await imageFolder(folderOf(...tens('Train/a/x', 'Train/b/y', 'test/a/x', 'test/b/y', 'val/a/x')));
  assert.deepEqual(
    [parts(three), three.hierarchy.coarse],
    [
      [30, 20],
      ['a', 'b'],
    ],
  );
  assert.deepEqual(parts(await imageFolder(folderOf(...tens('train/a/x', 'val/a/x')))), [10, 10]);
  await refuses(folderOf(...tens('train/a/x', 'test/a/x', 'b/y')), /b\/y\/0\.jpg lies beside train and test/);
  await refuses(folderOf(...tens('train/a/x', 'train/a/y', 'test/a/x')), /test: fine class "y" has no image/);
});

test('a split file says where each image goes, and must name them all and no others', async () => {
  const folder = folderOf('a/x/1.jpg', 'a/x/2.jpg', 'b/y/1.jpg', 'b/y/2.jpg');
  write(folder, 'split.csv', 'path,part\na/x/1.jpg,test\na/x/2.jpg,Train\nb\\y\\1.jpg,pool\nb/y/2.jpg,TEST\n');
  assert.deepEqual((await imageFolder(folder)).test.files!.paths, ['a/x/1.jpg', 'b/y/2.jpg']);
  for (const [line, message] of [
    ['a/x/2.jpg,train', /"b\/y\/1\.jpg" is missing; give every image a part/],
    ['a/x/2.jpg,train\nc.jpg,pool', /"c\.jpg" is no image of this folder/],
    ['a/x/1.jpg,pool', /"a\/x\/1\.jpg" is listed twice/],
    ['a/x/2.jpg,val', /has part "val"; expected pool, train or test/],
    ['a/x/2.jpg', /entry 2: "a\/x\/2\.jpg"; expected two fields: path, part/],
    ['"a/x/2.jpg,pool', /stray quotation mark/],
  ] as const) {
    write(folder, 'split.csv', `a/x/1.jpg,test\n${line}\nb/y/2.jpg,test\n`);
    await refuses(folder, message);
  }
});

test('a folder that cannot be a data set is refused with what to do', async () => {
  await refuses('/no/such/folder', /There is no folder "\/no\/such\/folder"/);
  await refuses(folderOf('a/b/notes.txt'), /has no images .* expected fine\/IMAGE or coarse\/fine\/IMAGE/);
  await refuses(folderOf('1.jpg', ...tens('a/b')), /1\.jpg lies 0 folders deep/);
  await refuses(folderOf(...tens('a/b/c')), /lies 3 folders deep/);
  await refuses(folderOf(...tens('a', 'b/c')), /mixes fine\/IMAGE and coarse\/fine\/IMAGE: a\/0\.jpg and b\/c\/0\.jpg/);
  await refuses(folderOf(...tens('a/b'), 'a/c/1.jpg'), /a\/c has one image; a class needs at least two/);
  const both = folderOf(...tens('a/b'));
  write(both, 'hierarchy.json', { b: 'a' });
  await refuses(both, /has coarse\/fine folders and a hierarchy \(hierarchy\.json\) as well/);
  const flat = folderOf(...tens('x', 'y'));
  for (const [json, message] of [
    ['["x"]', /holds no object/],
    ['{"x": 3}', /"x" has 3; expected a group, or a list of fine classes/],
    ['{"x": "a", "a": ["x"], "y": "a"}', /class "x" is listed twice/],
    ['{"x": "a"}', /class "y" is missing; give it a group/],
    ['{"x": ', /is no JSON/],
  ] as const) {
    write(flat, 'hierarchy.json', json);
    await refuses(flat, message);
  }
});

test('settings that cannot be are refused by name', async () => {
  const folder = folderOf(...tens('a/b'));
  for (const [settings, message] of [
    [[], /holds no object/],
    [{ titel: 'x' }, /unknown entry "titel"; expected name, title, hierarchy, split or cropBottom/],
    [{ name: '../x' }, /unexpected name: "\.\.\/x"/],
    [{ title: 3 }, /unexpected title: 3; expected a text/],
    [{ cropBottom: -1 }, /unexpected cropBottom: -1/],
    [{ split: { test: 1 } }, /unexpected split: .*share between 0 and 1/],
    [{ split: { share: 0.2 } }, /unexpected split/],
    [{ split: 'none.csv' }, /none\.csv is missing/],
  ] as const) {
    write(folder, 'dataset.json', settings);
    await refuses(folder, message);
  }
});

test('linked folders are followed, a link in a circle is passed over and told', async () => {
  const folder = folderOf(...tens('a/b'));
  symlinkSync(folderOf(...tens('b')), path.join(folder, 'c'));
  assert.deepEqual(groups(await imageFolder(folder)), { 'a / b': 'a', 'c / b': 'c' });
  symlinkSync(folder, path.join(folder, 'a', 'again'));
  const circle = { kind: 'link to a folder above it', count: 1, example: 'a/again' };
  assert.deepEqual((await imageFolder(folder)).passedOver, [circle]);
});

test('CSV fields come back as they were written', () => {
  const field = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !text.startsWith('\ufeff'));
  fc.assert(
    fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), (rows) =>
      assert.deepEqual(parseCsv(formatCsv(rows)), rows),
    ),
  );
});

test('unreadable images are listed in a report that the loader heeds; mended ones come back', async () => {
  const files = new Map<string, Buffer>();
  for (const [k, name] of ['a/x', 'a/y', 'b/z'].entries())
    for (let i = 0; i < 40; i++)
      files.set(`${name}/${i}.jpg`, files.get(`${name}/${i - 5}.jpg`) ?? (await stripes(k, i)));
  const folder = unpacked(files);
  const load = (): Promise<Dataset> => loadDataset(`image-folder:${folder}`);
  const report = path.join(folder, 'unreadable.txt');
  assert.deepEqual(await checkImages(load), { images: 120, unreadable: [], doubtful: [] });
  const damaged = [...files.keys()].filter((name) => Number(path.basename(name, '.jpg')) % 7 > 0).slice(0, 100);
  damaged.forEach((name, i) => {
    const file = path.join(folder, name);
    if (i % 3 === 0) truncateSync(file, 0);
    else if (i % 3 === 1) truncateSync(file, files.get(name)!.length >> 1);
    else writeFileSync(file, 'no picture at all');
  });
  await assert.rejects(contactSheet(await load(), { perClass: 40 }), /\d+ of 84 images cannot be read/);
  let told = 0;
  const outcome = await checkImages(load, (done) => (told = done));
  assert.deepEqual([outcome.images, outcome.unreadable.length, outcome.report, told], [120, 100, report, 120]);
  const data = await load();
  assert.equal(data.pool.fine.length + data.test.fine.length, 20);
  assert.equal(cardOf(data).leftOut, 100);
  assert.deepEqual(
    new Set(
      readFileSync(report, 'utf8')
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split('\t')[0]),
    ),
    new Set(damaged),
  );
  await contactSheet(data);
  for (const name of damaged) writeFileSync(path.join(folder, name), files.get(name)!);
  assert.deepEqual(await checkImages(load), { images: 120, unreadable: [], doubtful: [] });
  assert.equal((await load()).pool.fine.length, 84);
});

test('a check tells of files with several pages, and of pictures that are all but one colour', async () => {
  const folder = folderOf(...tens('a/x', 'a/y'));
  const gray = (level: (i: number) => number, height: number): Sharp =>
    sharp(Buffer.from(Array.from({ length: 8 * height }, (_, i) => level(i))), {
      raw: { width: 8, height, channels: 1, pageHeight: 8 },
    });
  for (const name of tens('a/x', 'a/y'))
    await gray((i) => 4 * (i % 64), 8)
      .png()
      .toFile(path.join(folder, name));
  await gray((i) => i, 16)
    .tiff()
    .toFile(path.join(folder, 'a/x/pages.tif'));
  await gray((i) => i % 15, 8)
    .png()
    .toFile(path.join(folder, 'a/y/dark.png'));
  const { unreadable, doubtful } = await checkImages(() => loadDataset(`image-folder:${folder}`));
  assert.deepEqual(unreadable, []);
  assert.deepEqual(
    doubtful.map(({ kind, ...rest }) => [kind.split(' ')[0], rest]),
    [
      ['file', { count: 1, example: 'a/x/pages.tif' }],
      ['picture', { count: 1, example: 'a/y/dark.png' }],
    ],
  );
});

test('a picture whose name would break a list is passed over, and said', async () => {
  const { passedOver: all } = await imageFolder(folderOf(...tens('a/x', 'a/y'), 'a/x/new\nline.jpg'));
  assert.deepEqual(all, [{ kind: 'name with a line break or tab', count: 1, example: '"a/x/new\\nline.jpg"' }]);
});

test('a report that this user may not replace is told in words', async (t) => {
  const folder = folderOf(...tens('a/x', 'a/y'));
  write(folder, 'unreadable.txt', '# an old one');
  t.mock.method(fs, 'rmSync', () => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
  });
  const load = (): Promise<Dataset> => loadDataset(`image-folder:${folder}`);
  await assert.rejects(checkImages(load), /InputError: Cannot write .*unreadable\.txt \(EACCES\): this user may not/);
});

test('a class that the report leaves without images is refused, and the report named', async () => {
  const folder = folderOf(...tens('a/x', 'b/y'));
  write(
    folder,
    'unreadable.txt',
    tens('b/y')
      .map((name) => `${name}\tno picture\n`)
      .join(''),
  );
  await refuses(folder, /fine class "y" has no image.* \(10 unreadable images are left out: see .*unreadable\.txt\)/);
});

test('a folder is found in the home folder', async () => {
  const home = process.env.HOME;
  const folder = folderOf(...tens('birds/a/x', 'birds/b/y'));
  process.env.HOME = folder;
  try {
    assert.equal((await loadDataset('image-folder:~/birds')).name, 'image-folder-birds');
  } finally {
    if (home === undefined) delete process.env.HOME;
    else process.env.HOME = home;
  }
});

test('two folders called "images" are two data sets, told apart by the folders around them', async () => {
  const folder = folderOf(...tens('birds/images/a/x', 'birds/images/b/y', 'planes/images/a/x', 'planes/images/b/y'));
  const [birds, planes] = await Promise.all(
    ['birds', 'planes'].map((name) => loadDataset(`image-folder:${path.join(folder, name, 'images')}`)),
  );
  assert.deepEqual([birds!.name, birds!.title], ['image-folder-birds-images', 'birds/images']);
  assert.equal(planes!.name, 'image-folder-planes-images');
});

test('what is not used is counted by kind, with an example; .jfif is JPEG', async () => {
  const folder = folderOf(
    ...tens('a/x', 'a/y'),
    'a/x/b.bmp',
    'a/x/a.BMP',
    'a/y/more.jfif',
    'a/x/Thumbs.db',
    'notes.txt',
  );
  symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'a/y/dead.jpg'));
  mkdirSync(path.join(folder, 'a/z'));
  const data = await imageFolder(folder);
  assert.equal(data.pool.fine.length + data.test.fine.length, 21);
  assert.deepEqual(
    new Set(data.passedOver!.map(({ kind, count, example }) => `${count} ${kind} ${example}`)),
    new Set(['2 .bmp a/x/a.BMP', '1 link to nowhere a/y/dead.jpg', '1 empty folder a/z', '1 .txt notes.txt']),
  );
  assert.deepEqual(cardOf(data).passedOver, data.passedOver);
});

test('a class that loses all its pictures is an error; a listed class without a folder is told', async () => {
  await refuses(
    folderOf(...tens('a/x'), 'a/lost/1.bmp'),
    /a\/lost has no image that can be read.*\.bmp \(e\.g\. a\/lost/,
  );
  const folder = folderOf(...tens('wolf', 'fox'));
  write(folder, 'hierarchy.csv', 'wolf,dog\nfox,dog\nlion,cat\n');
  const absent = { kind: 'class of hierarchy.csv without a folder', count: 1, example: 'lion' };
  assert.deepEqual((await imageFolder(folder)).passedOver, [absent]);
  mkdirSync(path.join(folder, 'lion'));
  await refuses(folder, /lion has no image that can be read/);
  await refuses(folderOf(...tens('a/x'), 'a/y/1.png', 'a/y/2.bmp'), /a\/y has one image.*passed over: 1 x \.bmp/);
});

test('hierarchies of other editors are read: byte order marks, UTF-16, separators, an empty column; others are refused', async () => {
  const folder = folderOf(...tens('grey wolf', 'red fox'));
  const expected = { 'grey wolf': 'dog', 'red fox': 'dog' };
  const csv = (separator: string): string =>
    `fine${separator}coarse\r\ngrey wolf${separator}dog\r\nred fox${separator}dog\r\n`;
  const file = path.join(folder, 'hierarchy.csv');
  const swapped = Buffer.from(`\ufeff${csv(',')}`, 'utf16le').swap16();
  for (const content of [
    `\ufeff${csv(',')}`,
    csv(';'),
    Buffer.from(`\ufeff${csv('\t')}`, 'utf16le'),
    Buffer.from(csv(','), 'utf16le'),
    swapped,
    `sep=;\r\n${csv(';')}`,
    csv(',').replaceAll('\r', ','),
  ]) {
    writeFileSync(file, content);
    assert.deepEqual(groups(await imageFolder(folder)), expected);
  }
  const utf32 = Buffer.from(new Uint32Array([0xfeff, ...Array.from(csv(','), (c) => c.codePointAt(0)!)]).buffer);
  for (const content of [Buffer.from('grey wolf,dög\nred fox,dög\n', 'latin1'), utf32]) {
    writeFileSync(file, content);
    await refuses(folder, /hierarchy\.csv is neither UTF-8 nor UTF-16; save it as UTF-8/);
  }
  rmSync(file);
  write(folder, 'hierarchy.json', `\ufeff${JSON.stringify(expected)}`);
  assert.deepEqual(groups(await imageFolder(folder)), expected);
});
