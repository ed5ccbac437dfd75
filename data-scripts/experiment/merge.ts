import { readdirSync } from 'node:fs';
import path from 'node:path';
import { check, toStderr } from '../../lib/errors';
import { readRounds, unite } from '../../lib/study/results/read-rounds';
import { RoundLog } from '../../lib/study/results/round-log';
import type { StoredRecord } from '../../lib/study/results/stored-record';
import { keepStudy, readStudy } from '../../lib/study/results/study-file';

/**
 * Adds the records of several directories of one study, e.g. its shards, to `out`, in canonical order; each round once.
 * @throws InputError for a directory without results or of another study, and for a round with two different results.
 */
export function mergeResults(
  folders: readonly string[],
  out: string,
  warn: (message: string) => void = toStderr,
): StoredRecord[] {
  const parts = folders.map((folder) => {
    const study = readStudy(folder);
    check(
      study,
      () => `${folder} holds no study.json; expected the --out of an experiment (it holds ${listing(folder)})`,
    );
    return { study, records: readRounds(path.join(folder, 'rounds.jsonl'), warn) };
  });
  const records = unite(parts.flatMap((part) => part.records));
  const log = RoundLog.open(out, warn);
  try {
    for (const { study } of parts) keepStudy(out, study);
    for (const record of records) log.add(record);
    log.finish();
    return log.all;
  } finally {
    log.close();
  }
}

function listing(folder: string): string {
  try {
    return readdirSync(folder).slice(0, 5).join(', ') || 'nothing';
  } catch {
    return 'nothing, or cannot be read';
  }
}
