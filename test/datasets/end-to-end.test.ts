import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { simulatedAnswers } from '../../lib/annotators/simulate';
import { cub200 } from '../../lib/datasets/cub200';
import type { Dataset } from '../../lib/datasets/dataset';
import { fgvcAircraft } from '../../lib/datasets/fgvc-aircraft';
import { experiment } from '../../lib/rounds/experiment';
import type { RoundRecord } from '../../lib/rounds/record';
import { features } from '../../lib/features/store';
import { fisherDefaults } from '../../lib/features/fisher-vectors';
import { learningCurves, renderFigure } from '../../notebooks/kit/figures';
import { curvesOf } from '../../notebooks/kit/records';
import { createRandom } from '../../lib/random';
import { send, serve, tarGzOf } from '../data-scripts/download/archive';
import { aircraftMiniature, cubMiniature, unpacked, type Miniature } from './miniatures';

const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'end-to-end-'));

/** Runs a command of the repository; its data lie in `root`. */
function run(
  script: string,
  root: string,
  ...options: string[]
): Promise<{ status: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...options], {
    cwd: path.join(__dirname, '..', '..'),
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

const sets: [string, Promise<Miniature>, (root: string) => Promise<Dataset>, string[]][] = [
  [
    'cub200',
    cubMiniature({
      classes: ['001.Laysan_Albatross', '002.Sooty_Albatross', '003.Blue_Jay', '004.Fish_Crow'],
      pool: 15,
      test: 5,
    }),
    cub200,
    ['Albatross', 'Crow', 'Jay'],
  ],
  [
    'fgvc-aircraft',
    aircraftMiniature({ classes: ['707-320', 'F/A-18', 'Model B200', 'A310'], pool: 15, test: 5 }),
    fgvcAircraft,
    ['Airbus', 'Beechcraft', 'Boeing', 'McDonnell Douglas'],
  ],
];
for (const [name, miniature, load, groups] of sets)
  test(`${name} goes from a download over a bad line to a figure: features, a simulated annotator, three rounds`, async () => {
    const root = newFolder();
    const bytes = await tarGzOf(await miniature);
    const md5 = createHash('md5').update(bytes).digest('hex');
    const server = await serve((request, response, count) => {
      if (request.url === '/here') response.writeHead(302, { location: '/there' }).end();
      else send(request, response, bytes, count === 2 ? { cut: bytes.length >> 1 } : {});
    });
    const got = await run('data-scripts/download.ts', root, name, '--url', `${server.url}/here`, '--md5', md5);
    server.close();
    assert.equal(got.status, 0, got.err);
    assert.equal(
      server.requests.filter(({ url, headers }) => url === '/there' && headers.range).length,
      1,
      'gone on with once',
    );
    assert.ok(got.out.includes(root));

    const bare = await load(root);
    assert.deepEqual(bare.hierarchy.coarse, groups);
    const data = { ...bare, answers: simulatedAnswers(bare, { accuracy: 0.9, seed: 1 }) };
    const fisher = { ...fisherDefaults, gaussians: 8, dimensions: 8, stride: 2, samples: 5000, iterations: 5 };
    const found = await features(data, { folder: path.join(root, 'features'), fisher, components: 32 });
    const records: RoundRecord[] = [];
    for await (const round of experiment({
      ...{ data, features: found, strategy: 'weak-annotator', seed: 0, rounds: 3, budget: 8, validation: 3 },
      ...{ prices: { weak: 0.1 }, training: { steps: 60 }, improvement: { trials: 1, steps: 10 } },
    }))
      records.push(round);
    assert.equal(records.length, 3);
    const last = records.at(-1)!;
    assert.ok(last.weak > 0 && last.dataset === name);
    assert.ok(last.fineAccuracy > 0.5, `${last.fineAccuracy} is hardly better than chance, 0.25`);
    await figureOf(records, data);
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
  const grid = [
    '--strategies',
    'random,margin',
    '--seeds',
    '1',
    '--rounds',
    '3',
    '--budget',
    '10',
    '--workers',
    '1',
    '--config',
    config,
  ];
  const ran = await run('data-scripts/experiment.ts', root, '--dataset', name, ...grid, '--out', out);
  assert.equal(ran.status, 0, ran.err);
  assert.ok(existsSync(path.join(root, 'features', 'things.pool.npy')));
  const lines = readFileSync(path.join(out, 'rounds.jsonl'), 'utf8').trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as RoundRecord).filter((record) => 'round' in record);
  assert.equal(records.length, 6);
  assert.ok(records.every((record) => record.dataset === 'things'));
  await figureOf(records, { title: 'Ten things' } as Dataset);
});
