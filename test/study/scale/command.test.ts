import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { completeGrid, parseRequest } from '../../../data-scripts/experiment/options';
import { runGrid } from '../../../lib/study/grid';
import { roundsOnDisk, smallGrid, startExperiment, writeGrid } from './command';
import { killAtRandom } from './kills';
import { scratchFolder } from '../../scratch';

const folder = (): string => scratchFolder('experiment');

test('killed at random moments, the grid loses nothing, does nothing twice, and ends with the same bytes', async () => {
  const { kills, finished } = await killAtRandom(3, 5, () => {}, {
    ...smallGrid,
    strategies: ['margin'],
    seeds: 3,
    rounds: 2,
  });
  assert.ok(kills === 3 && finished > 0);
});

test('Ctrl-C stops the grid cleanly: exit code 130, finished rounds on disk, and how to go on', async () => {
  const dir = folder();
  const config = writeGrid(dir, { ...smallGrid, seeds: 20 });
  const out = path.join(dir, 'out');
  const { process: child, ended } = startExperiment('--config', config, '--out', out, '--workers', '2');
  while (!existsSync(path.join(out, 'rounds.jsonl')) || roundsOnDisk(out).length < 3) await pause(50);
  const second = await startExperiment('--config', config, '--out', out).ended;
  assert.match(second.text, /is in use by process \d+; wait until it ends, give another --out/);
  child.kill('SIGINT');
  const { code, text } = await ended;
  assert.equal(code, 130);
  const [, done] = /Interrupted: (\d+) of 300 rounds are safe in .*; the same command goes on from there/.exec(text)!;
  assert.equal(roundsOnDisk(out).length, Number(done));
  assert.ok(!existsSync(path.join(out, 'lock')));
});

test('wrong options and fields are named, with what to do', async () => {
  const dir = folder();
  const typo = path.join(dir, 'typo.json');
  writeFileSync(typo, JSON.stringify({ ...smallGrid, bugdet: 1 }));
  const options = [
    '--dataset',
    'synthetic',
    '--strategies',
    'random',
    '--seeds',
    '1',
    '--rounds',
    '1',
    '--budget',
    '30',
  ];
  const out = ['--out', path.join(dir, 'out')];
  const cases: [string[], RegExp][] = [
    [options, /Expected --out DIR/],
    [[...out, ...options.slice(2)], /Expected --dataset NAME, or "dataset" in the --config file/],
    [[...out, ...options, '--seeds', 'x'], /Unexpected --seeds x; expected their number, or a list/],
    [[...out, ...options, '--seeds', '0'], /Unexpected --seeds: "0"; expected a whole number from 1/],
    [[...out, ...options, '--rounds', '2.5'], /Unexpected --rounds: "2\.5"; expected a whole number from 1/],
    [[...out, ...options, '--budget', 'ten'], /Unexpected --budget: "ten"; expected a number above 0/],
    [[...out, ...options, '--workers='], /--workers is empty; expected a value/],
    [
      [...out, ...options, '--submit', 'slurm', '--jobs', '0.5'],
      /Unexpected --jobs: "0\.5"; expected a whole number from 1/,
    ],
    [[...out, ...options, '--shard', '3'], /Unexpected --shard 3; expected i\/n/],
    [[...out, '--config', typo], /unknown field "bugdet"; did you mean "budget"\?/],
    [[...out, '--export', 'xls'], /Unexpected --export xls; expected csv/],
    [[...out, ...options, '--submit', 'pbs'], /Unexpected --submit pbs; expected slurm/],
  ];
  for (const [given, message] of cases) assert.throws(() => completeGrid(parseRequest(given).grid), message);
  const below = path.join(writeGrid(dir), 'below-a-file');
  const grid = { ...completeGrid(parseRequest([...out, ...options]).grid), out: below, workers: 1 };
  for (const [name, value] of [
    ['seeds', 1e9],
    ['rounds', 1e9],
    ['rounds', 0.5],
  ] as const)
    await assert.rejects(runGrid({ ...grid, [name]: value }), new RegExp(`Unexpected ${name}: .*from 1 to 100000`));
  await assert.rejects(runGrid(grid), /Cannot write .*below-a-file.*\(ENOTDIR\)/);
});

test('prices of weak labels are given by their name, or by the one that they had', () => {
  for (const name of ['--weak-price', '--weak-cost'])
    assert.deepEqual(parseRequest(['--out', 'x', name, '0.01,0.1']).grid.prices, { weak: [0.01, 0.1] });
});

test('a grid runs from options alone, shows a summary, and exports', async () => {
  const out = path.join(folder(), 'out');
  const grid = [
    '--dataset',
    'synthetic',
    '--strategies',
    'random',
    '--seeds',
    '3,1',
    '--rounds',
    '1',
    '--budget',
    '30',
  ];
  const { code, text } = await startExperiment(...grid, '--out', out, '--export', 'csv').ended;
  assert.equal(code, 0, text);
  assert.match(text, /strategy +area under curve[^]*random +\d+[^]*2 rounds in .*rounds\.jsonl\n.*rounds\.csv/);
  assert.deepEqual(
    roundsOnDisk(out).map((line) => /"seed":(\d)/.exec(line)![1]),
    ['1', '3'],
  );
});

test('the price of a weak label is given by either word, not by both', () => {
  const weakOf = (...options: string[]): unknown => parseRequest(['--out', 'd', ...options]).grid.prices?.weak;
  assert.deepEqual(weakOf('--weak-cost', '0.01,0.05'), weakOf('--weak-price', '0.01,0.05'));
  assert.deepEqual(weakOf('--weak-cost', '0.01,0.05'), [0.01, 0.05]);
  assert.throws(() => weakOf('--weak-cost', '0.01', '--weak-price', '0.01'), /another word for --weak-price/);
  assert.throws(() => weakOf('--weak-cost', 'cheap'), /weak-cost.*cheap/);
});
