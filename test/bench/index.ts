import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { main, UsageError } from '../../data-scripts/cli/command';
import type { BenchLine } from './compare';
import { estimatorLines, printAgreement, runs, type EstimatorLine } from './estimators';
import { improvementBench } from './improvement';
import { mixtureLarge, mixtureSmall } from './mixture';
import { scaling } from './scaling';
import { badge600, iso600, iso600Naive, pool1mBadge, pool1mIso } from './selection';
import { strategyCosts } from './strategies';
import { fit, trainEpoch } from './training';
import { vitFeatures } from './vit';

/**
 * `npm run bench [-- NAMES]`: a JSON object a line, ours against a Python peer where there is one; by default all but
 * those that print tables: `scaling`, `strategies` (what a query costs each), and `estimators` (20 minutes: how well
 * estimators of expected improvement agree). ENGINE=wasm chooses the engine. Each bench has a process of its own, so that memory is its own.
 */
const benches: Record<string, (() => Promise<BenchLine>)[]> = {
  'train-128': [() => trainEpoch(128)],
  'train-512': [() => trainEpoch(512)],
  fit: [fit],
  'iso-600': [iso600],
  'iso-600-naive': [iso600Naive],
  'badge-600': [badge600],
  mixture: [mixtureSmall, mixtureLarge],
  'vit-features': [vitFeatures],
  'pool-1m': [pool1mIso, pool1mBadge],
  'expected-improvement': [improvementBench],
};
const tables: Record<string, () => void | Promise<void>> = { scaling, strategies: strategyCosts, estimators };
const CHILD = '--child';
const usage = `npm run bench [-- NAME ...]
       NAME: ${Object.keys(benches).join(', ')} (all of these unless given),
             or a table: ${Object.keys(tables).join(', ')}
       e.g. npm run bench -- fit`;

async function run(args: readonly string[]): Promise<void> {
  if (args[0] === CHILD) return runOne(args[1]!, Number(args[2]));
  const names = args.length ? args : Object.keys(benches);
  const known = [...Object.keys(benches), ...Object.keys(tables)];
  for (const name of names) if (!known.includes(name)) throw new UsageError(`Unexpected bench: "${name}"`);
  process.stderr.write(`${os.cpus()[0]?.model}, ${os.cpus().length} cores, load ${os.loadavg()[0]?.toFixed(1)}\n`);
  for (const name of names) for (let part = 0; part < (benches[name]?.length ?? 1); part++) inProcess(name, part);
}

function inProcess(name: string, part: number): void {
  const words = [...process.execArgv, __filename, CHILD, name, String(part)];
  const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

async function runOne(name: string, part: number): Promise<void> {
  const table = tables[name];
  if (table) return table();
  console.log(JSON.stringify(await benches[name]![part]!()));
}

async function estimators(): Promise<void> {
  const lines: EstimatorLine[] = [];
  for (const run of runs)
    for (const line of await estimatorLines(run)) {
      console.log(JSON.stringify(line));
      lines.push(line);
    }
  printAgreement(lines);
}

main(usage, () => run(process.argv.slice(2)));
