import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Interrupted, runGrid, type GridOptions, type GridSetup } from '../../../lib/study/grid';
import { mergeResults } from '../../../data-scripts/experiment/merge';
import { scratchFolder } from '../../scratch';

/** Networks too small to learn much: what counts here is what is run, and what is on disk. */
const grid = {
  dataset: 'synthetic',
  strategies: ['margin', 'weak-annotator'],
  seeds: [0, 1],
  rounds: 2,
  budget: 30,
  training: { hidden: 8, steps: 6, evaluations: 1 },
  improvement: { trials: 1, fractions: 2 },
} satisfies GridSetup;

const folder = (): string => scratchFolder('grid');
const onDisk = (dir: string): string[] =>
  readFileSync(path.join(dir, 'rounds.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/"timing".*/, ''));

/** Runs the grid; how many rounds were computed anew. */
async function run(out: string, more: Partial<GridSetup & GridOptions> = {}): Promise<number> {
  let fresh = 0;
  await runGrid({ ...grid, out, workers: 2, ...more, onRecord: () => fresh++ });
  return fresh;
}

/** What an uninterrupted run with everything leaves. */
const whole = (async () => {
  const dir = folder();
  await run(dir, { prices: { weak: [0.01, 0.1] } });
  return { dir, lines: onDisk(dir) };
})();

test('a strategy that buys no annotator labels runs once for all weak prices', async () => {
  const { lines, dir } = await whole;
  const runs = new Set(
    lines.map((line) => /"config":"(\w+)".*"strategy":"([\w-]+)"/.exec(line)!.slice(1, 3).join(' ')),
  );
  assert.equal(runs.size, 3); // margin; weak-annotator at two prices
  assert.equal(lines.length, 3 * 2 * 2);
  assert.deepEqual(readdirSync(dir).sort(), ['rounds.jsonl', 'study.json'], 'no lock is left');
});

test('adding seeds, strategies and weak prices runs only what is new, to the same bytes in the end', async () => {
  const { lines } = await whole;
  const dir = folder();
  assert.equal(await run(dir, { strategies: ['weak-annotator'], seeds: [1], prices: { weak: [0.1] } }), 2);
  assert.equal(await run(dir, { prices: { weak: [0.1] } }), 6);
  assert.equal(await run(dir, { prices: { weak: [0.01, 0.1] } }), 4);
  assert.equal(await run(dir, { prices: { weak: [0.01, 0.1] } }), 0);
  assert.deepEqual(onDisk(dir), lines);
});

test('stopped in the middle, the grid goes on where it was, to the same bytes', async () => {
  const { lines } = await whole;
  const dir = folder();
  const controller = new AbortController();
  let seen = 0;
  const options = { prices: { weak: [0.01, 0.1] }, signal: controller.signal, out: dir };
  const stopped = runGrid({ ...grid, ...options, onRecord: () => ++seen === 5 && controller.abort() });
  await assert.rejects(stopped, Interrupted);
  const kept = onDisk(dir).length;
  assert.ok(kept >= 5 && kept < lines.length, `${kept} rounds were kept`);
  assert.equal(await run(dir, { prices: { weak: [0.01, 0.1] } }), lines.length - kept);
  assert.deepEqual(onDisk(dir), lines);
});

test('shards hold every run once, and merge to the same bytes', async () => {
  const { lines } = await whole;
  const shards = [folder(), folder()];
  const counts = await Promise.all(
    shards.map((dir, i) => run(dir, { workers: 1, prices: { weak: [0.01, 0.1] }, shard: { index: i + 1, of: 2 } })),
  );
  assert.deepEqual(counts, [6, 6]);
  const out = folder();
  mergeResults(shards, out);
  assert.deepEqual(onDisk(out), lines);
  mergeResults(shards, out);
  assert.deepEqual(onDisk(out), lines);
  assert.throws(() => mergeResults([folder()], out), /holds no study.json; expected the --out of an experiment/);
});

test('another configuration in the same directory is refused, saying in what it differs; nothing changes', async () => {
  const { dir, lines } = await whole;
  await assert.rejects(
    run(dir, { training: { ...grid.training, steps: 7 }, budget: 31 }),
    /holds results of another configuration:\n {2}budget: 30 there, 31 here\n {2}learner.training.steps: 6 there, 7 here\nGive another --out/,
  );
  assert.deepEqual(onDisk(dir), lines);
});

test('a round on disk that the code no longer comes to stops the grid', async () => {
  const dir = folder();
  await run(dir, { strategies: ['margin'], seeds: [0] });
  const file = path.join(dir, 'rounds.jsonl');
  const [first] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, `${first!.replace('"full":30', '"full":29')}\n`);
  await assert.rejects(
    run(dir, { strategies: ['margin'], seeds: [0] }),
    /margin, seed 0, round 0: .* differs .* in full /,
  );
});

test('a control runs after the run whose purchases it repeats, which nobody need ask for; that one stays on disk', async () => {
  const dir = folder();
  const controls = ['matched-random', 'matched-margin(to=weak-annotator)'];
  const records = await runGrid({ ...grid, strategies: controls, seeds: [0], workers: 2, out: dir });
  assert.deepEqual([...new Set(records.map(({ strategy }) => strategy))], ['matched-random', 'matched-margin']);
  const bought = onDisk(dir).map((line) => /"strategy":"([\w-]+)".*("boughtFull":\d+,"boughtWeak":\d+)/.exec(line)!);
  const of = (strategy: string): string[] => bought.filter((found) => found[1] === strategy).map((found) => found[2]!);
  assert.equal(of('weak-annotator').length, 2);
  assert.deepEqual(of('matched-random'), of('weak-annotator'));
  assert.deepEqual(of('matched-margin'), of('weak-annotator'));
});
