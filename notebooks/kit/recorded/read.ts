import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InputError } from '../../../lib/errors';
import { replaceFile } from '../../../lib/files';
import type { RoundRecord } from '../../../lib/rounds/record';
import { repositoryRoot } from '../../../lib/root';
import type { FitRecord } from './fits';
import type { StudyLine } from './studies';

const committed = path.join(repositoryRoot, 'notebooks', 'records');

/** Where records are read from: the committed ones, or the folder that the environment variable RECORDS_DIR names. */
export const recordsFolder = (): string => process.env['RECORDS_DIR'] ?? committed;

const fileOf = (name: string, folder: string): string => path.join(folder, `${name}.jsonl.gz`);

/**
 * The rounds of a recorded study that took too long for a notebook: `typefaces`, the main one, or another by its name.
 * @throws InputError if there is no such study, or naming the line that is no record.
 */
export const recordedStudy = (name = 'typefaces', folder = recordsFolder()): RoundRecord[] =>
  readLines<RoundRecord>(fileOf(name, folder), ({ strategy, fineAccuracy }) => !!strategy && isFinite(fineAccuracy));

/** The single fits of a recorded study. @throws InputError as {@link recordedStudy} does. */
export const recordedFits = (name = 'noise', folder = recordsFolder()): FitRecord[] =>
  readLines<FitRecord>(fileOf(name, folder), ({ series, value }) => !!series && isFinite(value));

/** The main study, with the rivals that were recorded beside it. */
export const recordedMain = (folder = recordsFolder()): RoundRecord[] => [
  ...recordedStudy('typefaces', folder),
  ...((recordedLines('rivals', folder) ?? []) as RoundRecord[]),
];

/** Any recorded study's lines; undefined where it has not been recorded. */
export function recordedLines(name: string, folder = recordsFolder()): StudyLine[] | undefined {
  const file = fileOf(name, folder);
  return existsSync(file) ? readLines(file, () => true) : undefined;
}

function readLines<T>(file: string, isRecord: (line: T) => boolean): T[] {
  const name = path.basename(file);
  if (!existsSync(file)) throw new InputError(`There is no ${name}; npm run records:make -- ${name.split('.')[0]}`);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines.map((line, i): T => {
    try {
      const record = JSON.parse(line) as T;
      if (isRecord(record)) return record;
    } catch {
      // told below
    }
    throw new InputError(`${name}, line ${i + 1} is no record; make the study again: npm run records:make`);
  });
}

/** Writes a study's lines without what no figure needs: T and M of every round. @returns the file's bytes. */
export function writeRecords(name: string, lines: readonly StudyLine[], folder: string): number {
  const unneeded = new Set(['transition', 'improvement']);
  const slim = (key: string, value: unknown): unknown => (unneeded.has(key) ? undefined : value);
  const text = lines.map((line) => `${JSON.stringify(line, slim)}\n`).join('');
  const bytes = gzipSync(text, { level: 9 });
  replaceFile(fileOf(name, folder), bytes);
  return bytes.length;
}
