import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { simulatedAnswers } from '../../../inputs/annotators/simulate';
import { cub200 } from '../../../inputs/datasets/cub200';
import type { Dataset } from '../../../lib/data/dataset';
import { fgvcAircraft } from '../../../inputs/datasets/fgvc-aircraft';
import { flowers102 } from '../../../inputs/datasets/flowers102';
import { oxfordPets } from '../../../inputs/datasets/oxford-pets';
import { experiment } from '../../../lib/rounds/experiment';
import type { RoundRecord } from '../../../lib/rounds/record';
import { features } from '../../../inputs/features/store';
import { fisherDefaults } from '../../../inputs/features/fisher-vectors';
import { learningCurves, renderFigure } from '../../../notebooks/kit/figures';
import { curvesOf } from '../../../notebooks/kit/records';
import { createRandom } from '../../../lib/random';
import { send, serve, tarGzOf } from '../../data-scripts/download/archive';
import {
  aircraftMiniature,
  cubMiniature,
  flowersMiniature,
  petsMiniature,
  stripes,
  unpacked,
  type Miniature,
} from './miniatures';
import { scratchFolder } from '../../scratch';

const newFolder = (): string => scratchFolder('end-to-end');

/** Runs a command of the repository; its data lie in `root`. */
function run(
  script: string,
  root: string,
  ...options: string[]
): Promise<{ status: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...options], {
    cwd: path.join(__dirname, '..', '..', '..'),
    env: { ...process.env, DATA_ROOT: root },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status: status ?? -1, out, err })));
}

async function figureOf(records: readonly RoundRecord[], { title }: Dataset): Promise<void> {
  const provenance = { dataset: title, seeds: 1, profile: 'test', engine: records[0]!.engine };
  const { svg } = await renderFigure(learningCurves({ curves: curvesOf(records), provenance }));
  assert.match(svg, /<svg/);
  assert.ok(svg.includes(title));
}

/** What a server offers: one archive at "", or several files by their names. */
type Offer = [name: string, bytes: Buffer][];

const whole = async (files: Promise<Miniature>): Promise<Offer> => [['', await tarGzOf(await files)]];

/** An archive of a miniature's files below `folder`, their paths beginning there. */
const archiveOf = (files: Miniature, folder: string): Promise<Buffer> =>
  tarGzOf(
    new Map(
      [...files]
        .map(([name, bytes]) => [name.replace(/^[^/]+\//, ''), bytes] as const)
        .filter(([name]) => name.startsWith(folder)),
    ),
  );

async function flowers(): Promise<Offer> {
  const pictures = await Promise.all([0, 1, 2, 3].map((k) => stripes(k, 0)));
  const files = await flowersMiniature({ pool: 4, test: 1 }, async (k) => pictures[k % 4]!);
  return [
    ['102flowers.tgz', await archiveOf(files, 'jpg/')],
    ...['imagelabels.mat', 'setid.mat'].map((name): Offer[0] => [name, files.get(`flowers-102/${name}`)!]),
  ];
}

async function pets(): Promise<Offer> {
  const files = await petsMiniature({ classes: ['Abyssinian', 'Birman', 'beagle', 'boxer'], pool: 15, test: 5 });
  return [
    ['images.tar.gz', await archiveOf(files, 'images/')],
    ['annotations.tar.gz', await archiveOf(files, 'annotations/')],
  ];
}

const sets: [string, Promise<Offer>, (root: string) => Promise<Dataset>, string[]][] = [
  [
    'cub200',
    whole(
      cubMiniature({
        classes: ['001.Laysan_Albatross', '002.Sooty_Albatross', '003.Blue_Jay', '004.Fish_Crow'],
        pool: 15,
        test: 5,
      }),
    ),
    cub200,
    ['Albatross', 'Crow', 'Jay'],
  ],
  [
    'fgvc-aircraft',
    whole(aircraftMiniature({ classes: ['707-320', 'F/A-18', 'Model B200', 'A310'], pool: 15, test: 5 })),
    fgvcAircraft,
    ['Airbus', 'Beechcraft', 'Boeing', 'McDonnell Douglas'],
  ],
  ['oxford-pets', pets(), oxfordPets, ['cat', 'dog']],
];

/** Downloads a data set from a server of this machine, over a redirect and a connection that breaks once. */
async function download(name: string, offer: Offer, root: string): Promise<void> {
  const md5 = offer.map(([, bytes]) => createHash('md5').update(bytes).digest('hex')).join(',');
  const server = await serve((request, response, count) => {
    const { url } = request;
    if (url!.startsWith('/here')) response.writeHead(302, { location: url!.replace('/here', '/there') }).end();
    else {
      const [, bytes] = offer.find(([file]) => url === (file ? `/there/${file}` : '/there'))!;
      send(request, response, bytes, count === 2 ? { cut: bytes.length >> 1 } : {});
    }
  });
  const got = await run('data-scripts/download.ts', root, name, '--url', `${server.url}/here`, '--md5', md5);
  server.close();
  assert.equal(got.status, 0, got.err);
  const resumed = server.requests.filter(({ url, headers }) => url!.startsWith('/there') && headers.range);
  assert.equal(resumed.length, 1, 'gone on with once');
  assert.ok(got.out.includes(root));
}

/** Features, a simulated annotator, and an experiment, all of them small. */
async function threeRounds(
  bare: Dataset,
  root: string,
  budget: number,
  validation = 3,
): Promise<{ data: Dataset; records: RoundRecord[] }> {
  const data = { ...bare, answers: simulatedAnswers(bare, { accuracy: 0.9, seed: 1 }) };
  const fisher = { ...fisherDefaults, gaussians: 8, dimensions: 8, stride: 2, samples: 5000, iterations: 5 };
  const found = await features(data, { folder: path.join(root, 'features'), fisher, components: 32 });
  const records: RoundRecord[] = [];
  for await (const round of experiment({
    data,
    features: found,
    strategy: 'weak-annotator',
    seed: 0,
    rounds: 3,
    budget,
    validation,
    prices: { weak: 0.1 },
    training: { steps: 60 },
    improvement: { trials: 1, steps: 10 },
  }))
    records.push(round);
  return { data, records };
}

test('flowers102, an archive and two lists, goes the same way, from a download to three rounds', async () => {
  const root = newFolder();
  await download('flowers102', await flowers(), root);
  const bare = await flowers102(root);
  assert.deepEqual([bare.pool.fine.length, bare.test.fine.length], [408, 102]);
  const { records } = await threeRounds(bare, root, 102, 1);
  assert.deepEqual(
    records.map(({ dataset, round }) => `${dataset} ${round}`),
    ['flowers102 0', 'flowers102 1', 'flowers102 2'],
  );
});

for (const [name, offer, load, groups] of sets)
  test(`${name} goes from a download over a bad line to a figure: features, a simulated annotator, three rounds`, async () => {
    const root = newFolder();
    await download(name, await offer, root);
    const bare = await load(root);
    assert.deepEqual(bare.hierarchy.coarse, groups);
    const { data, records } = await threeRounds(bare, root, 8);
    assert.equal(records.length, 3);
    const last = records.at(-1)!;
    assert.ok(last.weak > 0 && last.dataset === name);
    assert.ok(last.fineAccuracy > 0.5, `${last.fineAccuracy} is hardly better than chance, 0.25`);
    await figureOf(records, data);
  });

test('published answers are kept with their source, and the command that imports them is told', async () => {
  const root = newFolder();
  const [file, bytes] = [path.join(root, 'mine.json'), Buffer.from('{"00001.jpg": ["passion flower"]}')];
  writeFileSync(file, bytes);
  const md5 = createHash('md5').update(bytes).digest('hex');
  const got = await run('data-scripts/download.ts', root, 'gpt4v-flowers102', '--from', file, '--md5', md5);
  assert.equal(got.status, 0, got.err);
  const folder = path.join(root, 'answers', 'gpt4v-flowers102');
  assert.deepEqual(readFileSync(path.join(folder, 'flower102.json')), bytes);
  assert.ok(got.out.includes(`npm run annotate -- --dataset flowers102 --import ${folder}/flower102.json `));
  assert.match(readFileSync(path.join(folder, 'source.json'), 'utf8'), /"note": ".*GPT4Vis/);
});

const things: Record<string, string[]> = {
  tops: ['T-shirt', 'Pullover', 'Coat', 'Shirt'],
  whole: ['Trouser', 'Dress'],
  shoes: ['Sandal', 'Sneaker', 'Ankle boot'],
  bags: ['Bag'],
};

/** Ten classes of gray 28 x 28 pictures, dark shapes of a class's own on white. */
async function fashionLike(each: number): Promise<Miniature> {
  const files: Miniature = new Map();
  for (const [k, name] of Object.values(things).flat().entries())
    for (let i = 0; i < each; i++) {
      const random = createRandom(k).stream('things', i);
      const [top, bottom] = [3 + (k % 3) * 3, 27 - (k % 4) * 3];
      const pixels = Uint8Array.from({ length: 784 }, (_, p) => {
        const [x, y] = [p % 28, Math.floor(p / 28)];
        const inside = y >= top && y < bottom && Math.abs(x - 14) < 4 + (k % 5) * 2 && (x * (k % 2) + y) % (3 + k) > 0;
        return Math.max(0, Math.min(255, (inside ? 60 : 240) + 15 * random.normal()));
      });
      const png = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
        .png()
        .toBuffer();
      files.set(`${name}/${String(i).padStart(3, '0')}.png`, png);
    }
  return files;
}

test('a folder of small gray pictures goes through the same commands unchanged: card, sheet, features, experiment', async () => {
  const root = newFolder();
  const folder = unpacked(await fashionLike(12));
  writeFileSync(path.join(folder, 'hierarchy.json'), JSON.stringify(things));
  writeFileSync(path.join(folder, 'dataset.json'), JSON.stringify({ name: 'things', title: 'Ten things' }));
  const name = `image-folder:${folder}`;
  const sheet = path.join(root, 'sheet.png');
  const card = await run('data-scripts/dataset.ts', root, name, '--json', '--check', '--sheet', sheet);
  assert.equal(card.status, 0, card.err);
  const { fine, coarse, pool, test } = JSON.parse(card.out) as Record<string, number>;
  assert.deepEqual({ fine, coarse, pool, test }, { fine: 10, coarse: 4, pool: 80, test: 40 });
  assert.match(card.err, /All 120 images can be read/);
  assert.ok(existsSync(sheet));
  const out = path.join(root, 'results');
  const config = path.join(root, 'short.json');
  writeFileSync(config, JSON.stringify({ training: { steps: 60 } }));
  const grid = '--strategies random,margin --seeds 1 --rounds 3 --budget 10 --workers 1 --config'.split(' ');
  const ran = await run('data-scripts/experiment.ts', root, '--dataset', name, ...grid, config, '--out', out);
  assert.equal(ran.status, 0, ran.err);
  assert.ok(existsSync(path.join(root, 'features', 'things.pool.npy')));
  const lines = readFileSync(path.join(out, 'rounds.jsonl'), 'utf8').trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as RoundRecord).filter((record) => 'round' in record);
  assert.equal(records.length, 6);
  assert.ok(records.every((record) => record.dataset === 'things'));
  await figureOf(records, { title: 'Ten things' } as Dataset);
});
