import { readFileSync } from 'node:fs';
import { check, InputError } from '../../errors';
import { codeOf } from './disk';
import { roundKey, withoutTiming, type StoredRecord } from './stored-record';

/** What a `rounds.jsonl` holds. */
export interface ReadRounds {
  readonly records: StoredRecord[];
  /** Length of the whole lines. */
  readonly bytes: number;
  /** What comes after the last line break: '' unless a write was cut off. */
  readonly torn: string;
}

/**
 * Reads a `rounds.jsonl`, also while another process appends to it.
 * @throws InputError naming the line that is no round, or the round that is there twice.
 */
export function readRounds(file: string): ReadRounds {
  const content = readBytes(file);
  const bytes = content.lastIndexOf(10) + 1;
  const lines = content.subarray(0, bytes).toString().split('\n').slice(0, -1);
  const seen = new Map<string, number>();
  const records = lines.map((line, i) => {
    const record = parse(line, `${file}, line ${i + 1}`);
    const twice = seen.get(roundKey(record));
    check(
      twice === undefined,
      () => `${file}: lines ${twice! + 1} and ${i + 1} are the same round; delete one of them if they agree`,
    );
    seen.set(roundKey(record), i);
    return record;
  });
  return { records, bytes, torn: content.subarray(bytes).toString() };
}

/**
 * Records of several directories as one, each round once.
 * @throws InputError for a round that two of them hold with different results.
 */
export function unite(records: Iterable<StoredRecord>): StoredRecord[] {
  const united = new Map<string, StoredRecord>();
  for (const record of records) {
    const known = united.get(roundKey(record));
    check(
      !known || withoutTiming(known) === withoutTiming(record),
      () => `${record.strategy}, seed ${record.seed}, round ${record.round} has two different results; merge neither`,
    );
    if (!known) united.set(roundKey(record), record);
  }
  return [...united.values()];
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`Cannot read ${file} (${codeOf(error)}); expected the results of npm run experiment there`);
  }
}

function parse(line: string, where: string): StoredRecord {
  let record: Partial<StoredRecord> | null;
  try {
    record = JSON.parse(line) as Partial<StoredRecord> | null;
  } catch (error) {
    throw new InputError(`${where} is damaged (${(error as Error).message}); delete that line to run its round again`);
  }
  const { config, strategy, seed, round, timing } = record ?? {};
  const isRound =
    typeof config === 'string' &&
    typeof strategy === 'string' &&
    Number.isInteger(seed) &&
    Number.isInteger(round) &&
    typeof timing === 'object';
  check(isRound, `${where} is no round: expected config, strategy, seed, round and timing; delete that line`);
  return record as StoredRecord;
}
