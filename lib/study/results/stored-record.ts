import type { RoundRecord } from '../../rounds/record';

/** A round of a grid, as it lies on disk. */
export type StoredRecord = RoundRecord & { readonly config: string };

/** One line of `rounds.jsonl`, without its line break; everything that depends on the clock comes last. */
export function toLine({ timing, ...record }: StoredRecord): string {
  return JSON.stringify({ ...record, timing });
}

/** The same for every repetition of the round on the same engine. */
export function withoutTiming(record: StoredRecord): string {
  return JSON.stringify({ ...record, timing: undefined });
}

/** Names a run within a directory. */
export const runKey = ({ config, seed }: Pick<StoredRecord, 'config' | 'seed'>): string => `${config}/${seed}`;

/** Names a round within a directory. */
export const roundKey = (record: Pick<StoredRecord, 'config' | 'seed' | 'round'>): string =>
  `${runKey(record)}/${record.round}`;

/**
 * The order in which a finished directory holds its records: by strategy, weak price, configuration, seed and round. It
 * depends on the records alone, not on who asked for which of them when.
 */
export function canonicalOrder(a: StoredRecord, b: StoredRecord): number {
  return (
    compare(a.dataset, b.dataset) ||
    compare(a.strategy, b.strategy) ||
    compare(a.weakCost ?? 0, b.weakCost ?? 0) ||
    compare(a.config, b.config) ||
    compare(a.seed, b.seed) ||
    compare(a.round, b.round)
  );
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
