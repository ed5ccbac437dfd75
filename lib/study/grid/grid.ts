import { availableParallelism } from 'node:os';
import path from 'node:path';
import { tellPassedOver } from '../../../inputs/datasets/image-folder/list';
import { loadAnnotated } from '../../../inputs/annotators/answers';
import { check, toStderr } from '../../errors';
import { features } from '../../../inputs/features/store';
import type { RoundRecord } from '../../rounds/record';
import { openStore, type Store } from '../results/store';
import { roundKey, type StoredRecord } from '../results/stored-record';
import { Durations } from './durations';
import { checkGrid, type GridOptions, type GridSetup } from './grid-setup';
import { planGrid, shardOf, type PlannedRun } from './plan';
import type { Job, Worker } from './protocol';
import { Schedule } from './schedule';
import { ownObjects, ThisProcess } from './this-process';
import { WorkerProcess } from './worker-process';

/** Stopped by the caller's signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Runs every strategy with every seed at every weak price, in parallel processes. Returns the records ordered by
 * strategy, weak price, seed and round, as listed; the same for any number of workers. With `out`, finished rounds are
 * kept in that folder and never run again: the same grid, or one with more strategies, seeds or weak prices, goes on
 * where it stopped, however it stopped. A run that was interrupted begins anew, and must come to the same rounds; only
 * what its slow trainings left in `out`/checkpoints is not done again.
 * @throws InputError for a setup that cannot be, before anything runs, and for a folder that cannot be used;
 * Interrupted if `signal` is aborted; Error if a worker dies. What is finished stays in `out`.
 * @example
 * const grid = { dataset: 'typefaces', strategies: ['margin', './mine.ts'], seeds: 3, rounds: 5, budget: 100 };
 * const records = await runGrid({ ...grid, out: 'results/mine' });
 */
export async function runGrid({
  workers,
  out,
  shard,
  signal,
  ...rest
}: GridSetup & GridOptions): Promise<RoundRecord[]> {
  const { onProgress, onRecord, warn = toStderr, ...grid } = rest;
  checkGrid(grid, { ...(workers !== undefined && { workers }), ...(shard && { shard }) });
  const data = await loadAnnotated(grid.dataset);
  tellPassedOver(data, warn);
  const plan = planGrid(data, grid);
  const runs = shard ? shardOf(plan.runs, shard) : plan.runs;
  const store = openStore(out, plan.study, warn);
  try {
    refuseChangedCode(runs, store, out);
    await features(data, { extractor: grid.extractor ?? 'fisher' }); // into the cache, once, before the workers read it
    const work = new GridWork(grid, runs, store, out, {
      ...(onProgress && { onProgress }),
      ...(onRecord && { onRecord }),
      warn,
    });
    await work.run(workers ?? availableParallelism(), signal);
    store.finish();
    return work.records();
  } finally {
    store.close();
  }
}

/** Rounds of a strategy whose file has changed since must not stand beside new ones under one name. */
function refuseChangedCode(runs: readonly PlannedRun[], store: Store, out: string | undefined): void {
  for (const { strategy, code, choice } of runs) {
    const old = store.all.find((record) => record.strategy === strategy.name && record.code !== code);
    check(
      !old,
      () =>
        `${out} holds rounds of "${strategy.name}" by other code (${old!.code ?? 'built in'} there, ${code ?? 'built in'} ` +
        `here): ${typeof choice === 'string' ? choice : strategy.name} has changed since. Give another --out, go back to ` +
        'the code of then, or delete its lines in rounds.jsonl to have them run anew; nothing was changed',
    );
  }
}

class GridWork {
  private readonly durations: Durations;
  private readonly started = performance.now();
  private done: number;
  private workers = 1;

  constructor(
    private readonly grid: GridSetup,
    private readonly runs: readonly PlannedRun[],
    private readonly store: Store,
    private readonly out: string | undefined,
    private readonly listeners: Pick<GridOptions, 'onProgress' | 'onRecord'> & Required<Pick<GridOptions, 'warn'>>,
  ) {
    this.durations = new Durations(runs, store.all);
    this.done = runs.reduce((sum, run) => sum + this.recordsOf(run).length, 0);
  }

  /** All records that were asked for. */
  records(): StoredRecord[] {
    return this.runs.filter(({ asked }) => asked).flatMap((run) => this.recordsOf(run));
  }

  async run(workers: number, signal: AbortSignal | undefined): Promise<void> {
    const missing = this.runs.filter((run) => !this.isComplete(run));
    const schedule = new Schedule(missing, ({ config }) => this.durations.round(config));
    const own = [...new Set(missing.flatMap((run) => ownObjects(this.job(run))))];
    if (own.length)
      this.listeners.warn(
        `The ${own.join(' and ')} given as an object ${own.length > 1 ? 'are' : 'is'} known to this process only: the ` +
          'grid runs here, on one core; put it into a file (./mine.ts) to use all, and to have its code told from a changed one',
      );
    this.workers = own.length ? Math.min(1, missing.length) : Math.min(workers, missing.length);
    this.report();
    const { warn } = this.listeners;
    const create = (): Worker => (own.length ? new ThisProcess(warn) : new WorkerProcess(warn));
    await inParallel(create, this.workers, signal, async (worker) => {
      for (let run = await schedule.next(); run; run = await schedule.next()) {
        const { config, weakPrice, code } = run;
        const known = {
          config,
          ...(code !== undefined && { code }),
          ...(weakPrice !== undefined && { weakCost: weakPrice }),
        };
        await worker.run(this.job(run), (record) => this.add({ ...known, ...record }));
        schedule.finished(run);
      }
    });
  }

  private add(record: StoredRecord): void {
    if (this.store.get(roundKey(record))) return void this.store.add(record);
    const kept = this.store.add(record);
    this.durations.add(kept);
    this.done++;
    this.listeners.onRecord?.(kept);
    this.report();
  }

  private job({ choice, seed, reference, setup }: PlannedRun): Job {
    const bought = ({ boughtFull, boughtWeak }: RoundRecord) => ({ full: boughtFull, weak: boughtWeak });
    const matched = reference && this.recordsOf(reference).map(bought);
    return {
      ...setup,
      dataset: this.grid.dataset,
      strategy: choice,
      seed,
      ...(matched && { matched }),
      ...(this.out !== undefined && { checkpoints: { folder: path.join(this.out, 'checkpoints') } }),
    };
  }

  private recordsOf({ config, seed }: PlannedRun): StoredRecord[] {
    const keys = Array.from({ length: this.grid.rounds }, (_, round) => roundKey({ config, seed, round }));
    return keys.flatMap((key) => this.store.get(key) ?? []);
  }

  private isComplete(run: PlannedRun): boolean {
    return this.recordsOf(run).length === this.grid.rounds;
  }

  private report(): void {
    const { done } = this;
    const total = this.runs.length * this.grid.rounds;
    const elapsedMs = performance.now() - this.started;
    const left = this.runs.reduce(
      (sum, run) => sum + (this.grid.rounds - this.recordsOf(run).length) * this.durations.round(run.config),
      0,
    );
    this.listeners.onProgress?.({
      done,
      total,
      elapsedMs,
      ...(done && { remainingMs: left / Math.max(1, this.workers) }),
    });
  }
}

/** Runs `work` with each of `count` workers at once; ends them all at the end, or as soon as one fails or `signal` says so. */
async function inParallel(
  create: () => Worker,
  count: number,
  signal: AbortSignal | undefined,
  work: (worker: Worker) => Promise<void>,
): Promise<void> {
  const ended = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new Interrupted('Interrupted'));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { signal: ended.signal });
  });
  stopped.catch(() => {}); // it may come too late to be awaited
  const workers = Array.from({ length: signal?.aborted ? 0 : count }, create);
  try {
    await Promise.race([Promise.all(workers.map(work)), stopped]);
  } finally {
    ended.abort();
    workers.forEach((worker) => worker.stop());
  }
}
