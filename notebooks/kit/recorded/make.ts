import { existsSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../../lib/files';
import { recordedLines, writeRecords } from './read';
import { recordedSeeds, type Study, type StudyOptions } from './studies';

export interface MakeOptions extends Omit<StudyOptions, 'seeds' | 'rounds' | 'out'> {
  /** Keeps what is finished, in a folder for each study: made again, it goes on where it stopped. */
  readonly work: string;
  /** Where the records are written. */
  readonly records: string;
  /** All of it; else a study that grows goes on from what is recorded, and only new strategies are run. */
  readonly anew?: boolean;
}

/** Makes a study's records. @returns the number of lines, and the file's bytes. */
export async function makeRecords(
  study: Study,
  { work, records, anew = false, ...options }: MakeOptions,
): Promise<{ lines: number; bytes: number }> {
  const out = path.join(work, study.name);
  if (!anew) startFromRecorded(study, out);
  const lines = await study.run({ ...options, seeds: recordedSeeds, out });
  return { lines: lines.length, bytes: writeRecords(study.name, lines, records) };
}

/** Puts the recorded lines where the study's grid looks for what is done. */
function startFromRecorded({ name, grows }: Study, out: string): void {
  const file = path.join(out, 'rounds.jsonl');
  const lines = grows && !existsSync(file) ? recordedLines(name) : undefined;
  if (lines) replaceFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
