import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  Field,
  Float64,
  List,
  Table,
  type DataType,
  tableToIPC,
  Utf8,
  vectorFromArray,
  type Vector,
} from 'apache-arrow';
import type { RoundRecord } from '../../rounds/record';
import { cannotWrite } from '../../files';
import { columnsOf, flatten } from './flat';
import { readRounds } from './read-rounds';

export const exportFormats = ['csv', 'arrow'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Comma-separated values with a header line (RFC 4180); absent fields are empty, T is left out. */
export function recordsToCsv(records: readonly RoundRecord[]): string {
  const rows = records.map(flatten);
  const names = columnsOf(rows).map(({ name }) => name);
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))];
  return lines.map((line) => `${line.map((value) => quoted(String(value))).join(',')}\n`).join('');
}

/**
 * An Arrow IPC file (Feather version 2): `pandas.read_feather(file)`, `polars.read_ipc(file)`, or
 * `pyarrow.feather.read_table(file)` read it. Numbers are float64, words utf8, absent fields null; T is a list of rows in
 * the column `transition`.
 */
export function recordsToArrow(records: readonly RoundRecord[]): Uint8Array {
  const rows = records.map(flatten);
  const columns: Record<string, Vector> = {};
  for (const { name, isNumber } of columnsOf(rows))
    columns[name] = isNumber
      ? vectorFromArray(
          rows.map((row) => (row[name] as number | undefined) ?? null),
          new Float64(),
        )
      : vectorFromArray(
          rows.map((row) => (name in row ? String(row[name]) : null)),
          new Utf8(),
        );
  if (records.some(({ transition }) => transition)) {
    const list = listOf(listOf(new Float64()));
    columns.transition = vectorFromArray(
      records.map(({ transition }) => transition ?? null),
      list,
    );
  }
  return tableToIPC(new Table(columns), 'file');
}

/**
 * Writes `rounds.csv` or `rounds.arrow` beside a directory's `rounds.jsonl`; returns the file's name.
 * @throws InputError for a folder without results, or one that cannot be written to.
 */
export function exportResults(folder: string, format: ExportFormat): string {
  const records = readRounds(path.join(folder, 'rounds.jsonl'));
  const file = path.join(folder, `rounds.${format}`);
  try {
    writeFileSync(file, format === 'csv' ? recordsToCsv(records) : recordsToArrow(records));
  } catch (error) {
    throw cannotWrite(file, error);
  }
  return file;
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const listOf = <T extends DataType>(item: T): List<T> => new List(new Field('item', item, true));
