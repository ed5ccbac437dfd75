import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../lib/root';

/** Networks too small to learn much: what counts is what is run, and what is on disk. */
export const smallGrid = {
  dataset: 'synthetic',
  strategies: ['margin', 'weak-annotator', 'matched-random'],
  seeds: 3,
  rounds: 3,
  budget: 30,
  prices: { weak: [0.01, 0.1] },
  training: { hidden: 8, steps: 20, evaluations: 1 },
};
/** margin once, the two others at both weak prices; three seeds of three rounds. */
export const smallGridRounds = 45;

/** Writes a grid's configuration file into a folder. */
export function writeGrid(folder: string, grid: object = smallGrid): string {
  const file = path.join(folder, 'grid.json');
  writeFileSync(file, JSON.stringify(grid));
  return file;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** Standard output and error. */
  readonly text: string;
}

/** Starts `npm run experiment` without npm, so that a signal reaches the command itself. */
export function startExperiment(...options: string[]): { process: ChildProcess; ended: Promise<Ended> } {
  const script = path.join(repositoryRoot, 'data-scripts/experiment.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...options], { cwd: repositoryRoot });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, text })));
  return { process: child, ended };
}

/** The lines of a directory's rounds.jsonl up to their timings; a torn last line is left out. */
export function roundsOnDisk(folder: string): string[] {
  return readFileSync(path.join(folder, 'rounds.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/,"timing":.*/, ''));
}
