import path from 'node:path';
import type { Study } from '../study';
import { readRounds } from './read-rounds';
import type { StoredRecord } from './stored-record';
import { readStudy } from './study-file';
import { recordRows, type FlatRecord } from './flat';

export interface Results {
  /** What all runs share: data set, prices, training, ... */
  readonly study: Study | undefined;
  readonly records: readonly StoredRecord[];
  /** {@link recordRows} of the records. */
  readonly rows: readonly FlatRecord[];
}

/**
 * The results of `npm run experiment -- --out DIR`, or of `runGrid({ ..., out })`, finished or not; also while it runs.
 * A torn last line is left out.
 * @throws InputError for a folder without results or a damaged line.
 * @example
 * const { records } = loadResults('results/mine');
 * summaryRows(records); // a line a strategy
 */
export function loadResults(folder: string): Results {
  const records = readRounds(path.join(folder, 'rounds.jsonl'));
  return { study: readStudy(folder), records, rows: recordRows(records) };
}
