import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { catalogue, type Download } from '../../../data-scripts/download/catalogue';
import { install, type InstallOptions } from '../../../data-scripts/download/install';
import { cub200 } from '../../../inputs/datasets/cub200';
import { fgvcAircraft } from '../../../inputs/datasets/fgvc-aircraft';
import { InputError } from '../../../lib/errors';
import { Lock } from '../../../lib/lock';
import { aircraftMiniature, cubClasses, cubMiniature } from '../../inputs/datasets/miniatures';
import { send, serve, tarGzOf, tarOf } from './archive';
import { scratchFolder } from '../../scratch';

const hash = (kind: string, bytes: Buffer): string => createHash(kind).update(bytes).digest('hex');
const newRoot = (): string => scratchFolder('root');
const quick = { wait: 1, patience: 2000 };
const small = { classes: cubClasses.slice(0, 2), pool: 2, test: 1 };
const birds = cubMiniature(small, async () => Buffer.from('a picture')).then(tarGzOf);
const cub = catalogue.cub200!;

async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: Error) => {
    assert.ok(error instanceof InputError, error.stack);
    assert.match(error.message, message);
    return true;
  });
}

/** What a root holds that a loader could take for data. */
const visible = (root: string): string[] => readdirSync(root).filter((name) => name !== 'downloads');

test('an archive is fetched, verified and unpacked; a second time nothing is done', async () => {
  const [root, bytes] = [newRoot(), await birds];
  const server = await serve((request, response) => send(request, response, bytes));
  const options: InstallOptions = { root, url: server.url, md5: hash('md5', bytes).toUpperCase(), ...quick };
  const steps = new Set<string>();
  const first = await install('cub200', cub, { ...options, onStep: (step) => () => steps.add(step) });
  assert.deepEqual([first.already, first.folder], [false, path.join(root, 'CUB_200_2011')]);
  assert.deepEqual(
    [...steps],
    ['fetching', 'verifying', 'unpacking'].map((step) => `${step} CUB_200_2011.tgz`),
  );
  assert.equal((await cub200(root)).pool.fine.length, 4);
  assert.deepEqual(readdirSync(first.folder).sort(), [
    'README',
    'classes.txt',
    'image_class_labels.txt',
    'images',
    'images.txt',
    'source.json',
    'train_test_split.txt',
  ]);
  const source = JSON.parse(readFileSync(path.join(first.folder, 'source.json'), 'utf8')) as {
    files: { md5: string }[];
  };
  assert.equal(source.files[0]!.md5, hash('md5', bytes));
  assert.deepEqual([visible(root), readdirSync(path.join(root, 'downloads'))], [['CUB_200_2011'], []]);
  assert.equal((await install('cub200', cub, options)).already, true);
  assert.equal(server.requests.length, 1);
  server.close();
});

test('a file with a wrong checksum is put aside: fetched anew the next time, or accepted by its checksum', async () => {
  const [root, bytes] = [newRoot(), await birds];
  const wrong = Buffer.from(bytes);
  wrong[20]! ^= 1;
  const server = await serve((request, response, count) => send(request, response, count === 1 ? wrong : bytes));
  const options = { root, url: server.url, md5: hash('md5', bytes), ...quick };
  await refused(
    install('cub200', cub, options),
    new RegExp(`md5 is ${hash('md5', wrong)}, not ${options.md5} .*--from \\S+rejected --md5 ${hash('md5', wrong)}$`),
  );
  assert.deepEqual(visible(root), []);
  const aside = path.join(root, 'downloads', 'cub200-CUB_200_2011.tgz.rejected');
  assert.deepEqual(readFileSync(aside), wrong);
  await install('cub200', cub, options);
  assert.ok(existsSync(path.join(root, 'CUB_200_2011', 'classes.txt')));
  server.close();
  writeFileSync(aside, bytes);
  const other = newRoot();
  await install('cub200', cub, { root: other, from: aside, md5: options.md5 });
  assert.ok(existsSync(path.join(other, 'CUB_200_2011')) && existsSync(aside), 'a file of the user stays');
});

test('a local file must be the publisher’s, or be vouched for', async () => {
  const [root, bytes] = [newRoot(), await birds];
  const file = path.join(root, 'mine.tgz');
  writeFileSync(file, bytes);
  await refused(
    install('cub200', cub, { root, from: file }),
    /size in bytes is \d+, not 1150585339 .*say so by --md5 SUM/,
  );
  await refused(
    install('cub200', cub, { root, from: `${file}.no` }),
    /There is no file .*give by --from the file CUB_200_2011\.tgz/,
  );
  await refused(install('cub200', cub, { root, from: file, md5: 'abc' }), /Unexpected md5: "abc"/);
  await install('cub200', cub, { root, from: file, md5: hash('md5', bytes) });
});

test('an archive that is refused half-way leaves nothing where a loader looks', async () => {
  const root = newRoot();
  const entries = [...(await cubMiniature(small, async () => Buffer.from('x')))].map(([name, bytes]) => ({
    name,
    bytes,
  }));
  const bytes = gzipSync(await tarOf([...entries, { name: '../evil', bytes: Buffer.from('x') }]));
  const file = path.join(root, 'mine.tgz');
  writeFileSync(file, bytes);
  await refused(install('cub200', cub, { root, from: file, md5: hash('md5', bytes) }), /leads out of its folder/);
  assert.deepEqual(visible(root), ['mine.tgz']);
  await refused(cub200(root), /npm run download -- cub200/);
});

test('what a killed run left unpacked is thrown away, and what it had fetched is used', async () => {
  const [root, bytes] = [newRoot(), await birds];
  mkdirSync(path.join(root, '.CUB_200_2011.partial', 'CUB_200_2011', 'images'), { recursive: true });
  writeFileSync(path.join(root, '.CUB_200_2011.partial', 'CUB_200_2011', 'classes.txt'), 'half');
  mkdirSync(path.join(root, 'downloads'));
  writeFileSync(path.join(root, 'downloads', 'cub200-CUB_200_2011.tgz'), bytes);
  writeFileSync(path.join(root, 'downloads', 'cub200.lock'), JSON.stringify({ pid: 999999999, host: hostname() }));
  await refused(cub200(root), /npm run download/);
  await install('cub200', cub, { root, url: 'http://127.0.0.1:9/', md5: hash('md5', bytes) });
  assert.equal((await cub200(root)).pool.fine.length, 4);
  assert.deepEqual(visible(root), ['CUB_200_2011']);
});

test('two runs for the same thing do not get into each other’s way', async () => {
  const root = newRoot();
  mkdirSync(path.join(root, 'downloads'));
  const lock = Lock.acquire(path.join(root, 'downloads', 'cub200.lock'), 'it');
  await refused(
    install('cub200', cub, { root, from: 'x' }),
    /The download of cub200 is in use by an earlier call in this process/,
  );
  lock.release();
});

test("Aircraft's archive gives its loader all it needs", async () => {
  const [root, bytes] = [
    newRoot(),
    await tarGzOf(await aircraftMiniature({ classes: ['F/A-18', 'DC-3'], pool: 2, test: 1 })),
  ];
  const file = path.join(root, 'planes.tar.gz');
  writeFileSync(file, bytes);
  const { folder } = await install('fgvc-aircraft', catalogue['fgvc-aircraft']!, {
    root,
    from: file,
    md5: hash('md5', bytes),
  });
  assert.deepEqual((await fgvcAircraft(root)).hierarchy.coarse, ['Douglas Aircraft Company', 'McDonnell Douglas']);
  assert.deepEqual(readdirSync(folder).sort(), ['README.md', 'data', 'source.json']);
});

const tiny = (bytes: Buffer, host: string): Download => ({
  title: 'A tiny model',
  folder: 'models/tiny',
  files: [
    { name: 'model.safetensors', url: `${host}/model.safetensors`, sha256: hash('sha256', bytes) },
    { name: 'config.json', url: `${host}/config.json`, bytes: 2, sha256: hash('sha256', Buffer.from('{}')) },
  ],
});

test("a model's files come one by one, and its folder when all are there", async () => {
  const weights = Buffer.from('weights');
  const root = newRoot();
  let whole = false;
  const server = await serve((request, response) => {
    if (request.url === '/model.safetensors') send(request, response, weights);
    else if (whole) send(request, response, Buffer.from('{}'));
    else response.writeHead(404).end();
  });
  const model = tiny(weights, server.url);
  await refused(install('tiny', model, { root, ...quick }), /config\.json answered 404/);
  assert.deepEqual(visible(root), ['models']);
  assert.deepEqual(readdirSync(path.join(root, 'models')), []);
  whole = true;
  const { folder } = await install('tiny', model, { root, ...quick });
  assert.deepEqual(readdirSync(folder).sort(), ['config.json', 'model.safetensors', 'source.json']);
  assert.deepEqual(
    server.requests.map(({ url }) => url),
    ['/model.safetensors', '/config.json', '/config.json'],
  );
  server.close();
  const again = newRoot();
  await install('tiny', model, { root: again, from: folder });
  assert.deepEqual(readFileSync(path.join(again, 'models/tiny/model.safetensors')), weights);
});

test('several files may each be vouched for, in their order; a wrong one tells how', async () => {
  const [weights, config] = [Buffer.from('mine'), Buffer.from('{ }')];
  const server = await serve((request, response) =>
    send(request, response, request.url === '/model.safetensors' ? weights : config),
  );
  const model = tiny(Buffer.from('weights'), server.url);
  const sums = [weights, config].map((bytes) => hash('md5', bytes));
  await refused(
    install('tiny', model, { root: newRoot(), ...quick, md5: sums[0]! }),
    /has 3 bytes, not 2: another file; if you trust it, say so by --md5 SUM/,
  );
  await refused(
    install('tiny', model, { root: newRoot(), ...quick, md5: [...sums].reverse().join(',') }),
    /put aside as .*--from FOLDER --md5 SUMS, FOLDER being the folder that holds model\.safetensors, config\.json/,
  );
  await refused(
    install('tiny', model, { root: newRoot(), md5: [...sums, sums[0]].join(',') }),
    /Unexpected md5: .* for up to 2 files, with commas between/,
  );
  const { folder } = await install('tiny', model, { root: newRoot(), ...quick, md5: sums.join(',') });
  assert.deepEqual(readFileSync(path.join(folder, 'config.json')), config);
  server.close();
});

test('without a checksum a file is only fetched over TLS', async () => {
  const { files, ...rest } = tiny(Buffer.from('x'), 'http://127.0.0.1:9');
  const unknown = { ...rest, files: files.map(({ name, url }) => ({ name, url })) };
  await refused(
    install('tiny', unknown, { root: newRoot() }),
    /Nothing is known to verify model\.safetensors by, .* https/,
  );
});

test('every download comes over TLS, weights and archives with a checksum', () => {
  for (const { files } of Object.values(catalogue)) {
    assert.ok(files.every(({ url }) => url.startsWith('https://')));
    assert.match(files[0]!.md5 ?? files[0]!.sha256 ?? '', /^([0-9a-f]{32}|[0-9a-f]{64})$/);
  }
});
