import { availableParallelism } from 'node:os';
import type { Choice } from '../../choices/choices';
import { check } from '../../errors';
import type { RoundRecord } from '../../rounds/record';
import { defaultPrices, type Prices } from '../../rounds/setup';
import type { Strategy } from '../../strategies/strategy';
import type { RunSetup } from '../study';

/**
 * Every strategy with every seed, at every price of the annotator's labels: what `runGrid`, a configuration file and the
 * command line's options say alike.
 */
export interface GridSetup extends Omit<RunSetup, 'prices'> {
  /** A data set's name; NAME@FILE.jsonl: with the answers of a journal that `npm run annotate` wrote. */
  readonly dataset: string;
  /** Names or specs, files that export a strategy (`./mine.ts`), or strategies themselves. */
  readonly strategies: readonly Choice<Strategy>[];
  /** A list, or their number: 10 stands for 0 to 9. */
  readonly seeds: number | readonly number[];
  /**
   * As in a run; of the annotator's weak label one price, or several to run the grid at. Strategies that buy none of its
   * labels do not depend on it, and run once.
   */
  readonly prices?: Partial<Omit<Prices, 'weak'>> & { readonly weak?: number | readonly number[] };
}

export interface GridOptions {
  /**
   * Processes, one core each. Default: all cores. Their number changes no record. What is given as an object instead of a
   * name or a file cannot be handed to another process: such a grid runs in this one.
   */
  readonly workers?: number;
  /** A folder that keeps what is finished; the same grid goes on there. Absent: records are in memory only. */
  readonly out?: string;
  /** Only this share of the runs: the index-th of `of`, from 1. */
  readonly shard?: Shard;
  /** Stops the workers as soon as it is aborted; what is finished is kept in `out`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: GridProgress) => void;
  /** Called as rounds finish, in no particular order; not for those that were in `out` already. */
  readonly onRecord?: (record: RoundRecord) => void;
  /** Told of torn lines and other engines in `out`. Default: stderr. */
  readonly warn?: (message: string) => void;
}

export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface GridProgress {
  /** Rounds finished, of `total`. */
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
  /** Estimated from the rounds so far; undefined before the first. */
  readonly remainingMs?: number;
}

/** The seeds that a number or a list stands for. */
export const seedsOf = ({ seeds }: Pick<GridSetup, 'seeds'>): readonly number[] =>
  typeof seeds === 'number' ? Array.from({ length: seeds }, (_, seed) => seed) : seeds;

/** The prices of a weak label that a grid is run at. */
export const gridWeakPrices = ({ prices }: Pick<GridSetup, 'prices'>): readonly number[] =>
  [prices?.weak ?? defaultPrices.weak].flat();

/** Seeds, and rounds: more is a slip of the pen, which would fill the memory before it is found out. */
const MOST = 100_000;

/** @throws InputError for lists or counts that no grid can have. */
export function checkGrid(grid: GridSetup, { workers, shard }: GridOptions): void {
  for (const name of ['seeds', 'rounds'] as const) {
    const count = grid[name];
    check(
      typeof count !== 'number' || (Number.isInteger(count) && count > 0 && count <= MOST),
      `Unexpected ${name}: ${String(count)}; expected a whole number from 1 to ${MOST}`,
    );
  }
  const seeds = seedsOf(grid);
  check(grid.strategies.length && seeds.length, 'A grid needs at least one strategy and one seed');
  for (const seed of seeds) check(Number.isSafeInteger(seed), `Unexpected seed: ${seed}; expected an integer`);
  check(gridWeakPrices(grid).length, 'A grid needs at least one weak price, or none given');
  check(
    workers === undefined || (Number.isInteger(workers) && workers > 0),
    `Unexpected workers: ${workers}; expected a positive integer, at most ${availableParallelism()} on this machine`,
  );
  if (!shard) return;
  const { index, of } = shard;
  check(
    Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of,
    `Unexpected shard: ${index}/${of}; expected i/n with i from 1 to n`,
  );
}
