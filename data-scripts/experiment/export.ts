import path from 'node:path';
import { formatCsv } from '../../inputs/datasets/image-folder/csv';
import type { RoundRecord } from '../../lib/rounds/record';
import { replaceFile } from '../../lib/files';
import { columnsOf, flatten } from '../../lib/study/results/flat';
import { readRounds } from '../../lib/study/results/read-rounds';

/** Comma-separated values with a header line (RFC 4180); absent fields are empty, T is left out. */
export function recordsToCsv(records: readonly RoundRecord[]): string {
  const rows = records.map(flatten);
  const names = columnsOf(rows).map(({ name }) => name);
  return formatCsv([names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))]);
}

/**
 * Writes `rounds.csv` beside a directory's `rounds.jsonl`; returns the file's name.
 * @throws InputError for a folder without results, or one that cannot be written to.
 */
export function exportCsv(folder: string): string {
  const records = readRounds(path.join(folder, 'rounds.jsonl'));
  const file = path.join(folder, 'rounds.csv');
  replaceFile(file, recordsToCsv(records));
  return file;
}
