import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { loadDataset } from '../datasets/registry';
import { check, InputError } from '../errors';
import { features } from '../features/store';
import { repositoryRoot } from '../root';
import type { RoundRecord } from './record';
import { completeSetup, type ExperimentSetup } from './setup';

/** Everything of a run but the data themselves, which each process loads by name. */
export type RunSetup = Omit<ExperimentSetup, 'data' | 'features' | 'strategy' | 'seed'>;

export interface GridSetup extends RunSetup {
  /** A data set's name. */
  readonly dataset: string;
  readonly strategies: readonly string[];
  readonly seeds: readonly number[];
  /** Processes, one core each. Default: all cores. Their number changes no record. */
  readonly workers?: number;
  readonly onProgress?: (progress: GridProgress) => void;
  /** Called as records arrive, in no particular order. */
  readonly onRecord?: (record: RoundRecord) => void;
}

export interface GridProgress {
  /** Rounds finished, of `total`. */
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
  /** Estimated from the rounds so far; undefined before the first. */
  readonly remainingMs?: number;
}

export interface Job extends RunSetup {
  readonly dataset: string;
  readonly strategy: string;
  readonly seed: number;
}

export type WorkerMessage =
  | { readonly kind: 'record'; readonly record: RoundRecord }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly stack?: string | undefined };

/**
 * Runs every strategy with every seed, in parallel processes. Returns the records ordered by strategy, seed and round,
 * as listed; the same for any number of workers.
 * @throws InputError for a setup that cannot be, before anything runs; Error if a worker dies.
 */
export async function runGrid(grid: GridSetup): Promise<RoundRecord[]> {
  const { dataset, strategies, seeds, workers = availableParallelism(), onProgress, onRecord, ...setup } = grid;
  check(strategies.length && seeds.length, 'A grid needs at least one strategy and one seed');
  check(Number.isInteger(workers) && workers > 0, `Unexpected workers: ${workers}; expected a positive integer`);
  const data = await loadDataset(dataset);
  for (const strategy of strategies) completeSetup({ data, strategy, seed: seeds[0]!, ...setup });
  await features(data); // into the cache, once, before the workers read it
  const jobs = strategies.flatMap((strategy) => seeds.map((seed): Job => ({ dataset, strategy, seed, ...setup })));
  const results = jobs.map((): RoundRecord[] => []);
  const started = performance.now();
  const total = jobs.length * setup.rounds;
  let done = 0;
  const report = (): void => {
    const elapsedMs = performance.now() - started;
    onProgress?.({ done, total, elapsedMs, ...(done && { remainingMs: (elapsedMs / done) * (total - done) }) });
  };
  const queue = jobs.map((job, i) => ({ job, records: results[i]! }));
  report();
  await inParallel(Math.min(workers, jobs.length), async (worker) => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { job, records } = next;
      await worker.run(job, (record) => {
        records.push(record);
        done++;
        onRecord?.(record);
        report();
      });
    }
  });
  return results.flat();
}

/** Runs `work` with each of `count` workers at once; ends them all at the end, or as soon as one fails. */
async function inParallel(count: number, work: (worker: Worker) => Promise<void>): Promise<void> {
  const workers = Array.from({ length: count }, () => new Worker());
  try {
    await Promise.all(workers.map(work));
  } finally {
    workers.forEach((worker) => worker.stop());
  }
}

class Worker {
  private readonly process: ChildProcess;
  private errors = '';

  constructor() {
    this.process = fork(path.join(repositoryRoot, 'lib/experiment/worker.js'), {
      cwd: repositoryRoot,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced', // typed arrays pass unchanged
    });
    this.process.stderr?.on('data', (text: Buffer) => (this.errors = (this.errors + text.toString()).slice(-4000)));
  }

  run(job: Job, onRecord: (record: RoundRecord) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        this.process.off('message', listen).off('exit', died);
        finish();
      };
      const listen = (message: WorkerMessage): void => {
        if (message.kind === 'record') onRecord(message.record);
        else if (message.kind === 'done') settle(resolve);
        else settle(() => reject(revive(message)));
      };
      const died = (code: number | null, signal: string | null): void =>
        settle(() =>
          reject(
            new Error(
              `A worker died (${signal ?? `exit code ${code}`}) on ${job.strategy}, seed ${job.seed}:\n${this.errors}`,
            ),
          ),
        );
      this.process.on('message', listen).on('exit', died).send(job);
    });
  }

  stop(): void {
    this.process.kill();
  }
}

function revive({ name, message, stack }: Extract<WorkerMessage, { kind: 'failed' }>): Error {
  const error = name === 'InputError' ? new InputError(message) : new Error(message);
  if (stack) error.stack = stack;
  return error;
}
