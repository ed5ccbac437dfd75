import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadAnnotated } from '../../inputs/annotators/answers';
import { quoted } from '../../lib/command-line';
import { InputError } from '../../lib/errors';
import { features } from '../../inputs/features/store';
import { submitArray, waitForArray } from './slurm';
import { Interrupted } from '../../lib/study/grid';
import type { GridFile } from './config-file';
import { planGrid } from '../../lib/study/grid/plan';
import { mergeResults } from './merge';
import { roundKey } from '../../lib/study/results/stored-record';
import { completeGrid } from './options';

/**
 * Sends the grid to Slurm, waits for it and collects the shards' results in `out`. Submitted again, finished rounds are
 * not run again.
 * @throws InputError for a grid that cannot be, before anything is sent, and for rounds that are missing in the end.
 */
export async function submit(
  file: GridFile,
  jobs: number,
  out: string,
  wait: boolean,
  signal: AbortSignal,
): Promise<void> {
  const grid = completeGrid(file);
  const data = await loadAnnotated(grid.dataset);
  const { runs } = planGrid(data, grid);
  await features(data, { extractor: grid.extractor ?? 'fisher' }); // into the cache, once, before the tasks read it
  const array = await submitArray(file, Math.min(jobs, runs.length), out);
  const collect = `npm run experiment -- --merge ${quoted(path.join(out, 'slurm'))}/shard-* --out ${quoted(out)}`;
  console.error(`Slurm job ${array.id}: ${array.shards.length} tasks for ${runs.length} runs`);
  if (!wait) return console.log(`Once it has ended, collect its results: ${collect}`);
  await waitForArray(array, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new Interrupted(
      `Job ${array.id} goes on; stop it by scancel ${array.id}, or collect its results: ${collect}`,
    );
  });
  const ran = array.shards.filter((folder) => existsSync(path.join(folder, 'rounds.jsonl')));
  const have = new Set((ran.length ? mergeResults(ran, out) : []).map(roundKey));
  const missing = runs.flatMap(({ config, seed }) =>
    Array.from({ length: grid.rounds }, (_, round) => roundKey({ config, seed, round })).filter(
      (key) => !have.has(key),
    ),
  );
  if (missing.length)
    throw new InputError(
      `${missing.length} rounds are missing: see ${path.join(out, 'slurm', 'task-*.log')}; the same command runs what is missing`,
    );
  console.log(`${have.size} rounds in ${path.join(out, 'rounds.jsonl')}`);
}
