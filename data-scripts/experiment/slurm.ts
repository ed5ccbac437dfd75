import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { InputError } from '../../lib/errors';
import { cannotWrite, codeOf } from '../../lib/files';
import { repositoryRoot } from '../../lib/root';

const run = promisify(execFile);

export interface SlurmArray {
  /** Slurm's job id. */
  readonly id: string;
  /** Each task's own results, in the order of the tasks. */
  readonly shards: readonly string[];
}

/**
 * Sends a grid as a job array of `jobs` tasks with one core each: task i runs shard i in a folder of its own. Which
 * partition, time limit and account: sbatch's own environment variables (SBATCH_PARTITION, SBATCH_TIMELIMIT, ...). The
 * folder `out` and the repository must be the same on all nodes.
 * @throws InputError if there is no sbatch, if it refuses, or if `out` cannot be written to.
 */
export async function submitArray(gridFile: object, jobs: number, out: string): Promise<SlurmArray> {
  const folder = path.resolve(out, 'slurm');
  const script = path.join(folder, 'job.sh');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'grid.json'), `${JSON.stringify(gridFile, null, 2)}\n`);
    writeFileSync(script, scriptText(folder, jobs));
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  const id = (await sbatch(script)).trim().split(';')[0]!;
  return { id, shards: Array.from({ length: jobs }, (_, i) => path.join(folder, `shard-${i + 1}-of-${jobs}`)) };
}

/** Waits until no task of the array is pending or running. Rejects as soon as `signal` is aborted; the array goes on. */
export async function waitForArray({ id }: SlurmArray, signal: AbortSignal, everyMs = 2000): Promise<void> {
  while (await isQueued(id)) await pause(everyMs, undefined, { signal });
}

/** False as well for a job that ended so long ago that Slurm no longer knows it. */
async function isQueued(id: string): Promise<boolean> {
  try {
    return (await run('squeue', ['--noheader', `--jobs=${id}`])).stdout.trim() !== '';
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (stderr.includes('Invalid job id')) return false;
    throw new InputError(`squeue does not answer (${stderr.trim() || codeOf(error)}); job ${id} may still be running`);
  }
}

async function sbatch(script: string): Promise<string> {
  try {
    return (await run('sbatch', ['--parsable', script])).stdout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new InputError('There is no sbatch here; submit from a Slurm login node');
    throw new InputError(`sbatch refuses: ${(error as { stderr?: string }).stderr?.trim() ?? codeOf(error)}`);
  }
}

function scriptText(folder: string, jobs: number): string {
  const quoted = (...parts: string[]): string => `'${path.join(...parts).replaceAll("'", "'\\''")}'`;
  return `#!/bin/bash
#SBATCH --job-name=experiment
#SBATCH --array=1-${jobs}
#SBATCH --ntasks=1 --cpus-per-task=1 --mem=1G
#SBATCH --output=${path.join(folder, 'task-%a.log')}
cd ${quoted(repositoryRoot)} || exit 1
exec ${quoted(process.execPath)} --import tsx ${quoted(repositoryRoot, 'data-scripts/experiment.ts')} \\
  --config ${quoted(folder, 'grid.json')} --shard "$SLURM_ARRAY_TASK_ID/${jobs}" --workers 1 \\
  --out ${quoted(folder)}/"shard-$SLURM_ARRAY_TASK_ID-of-${jobs}"
`;
}
