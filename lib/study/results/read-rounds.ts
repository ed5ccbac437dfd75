import { asLines, readAppendOnly } from '../../append-only';
import { check, InputError } from '../../errors';
import { codeOf } from '../../files';
import { roundKey, withoutTiming, type StoredRecord } from './stored-record';

/**
 * Reads a `rounds.jsonl`, also while another process appends to it: a last line that is torn is left out, after a word to
 * `warn`.
 * @throws InputError as {@link parseRounds} does, or if there is no such file.
 */
export function readRounds(file: string, warn: (message: string) => void = () => {}): StoredRecord[] {
  let records: StoredRecord[] = [];
  const read = asLines((lines) => (records = parseRounds(lines, file)));
  try {
    readAppendOnly(file, read, warn);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`Cannot read ${file} (${codeOf(error)}); expected the results of npm run experiment there`);
  }
  return records;
}

/** @throws InputError naming the line that is no round, or the round that is there twice. */
export function parseRounds(lines: readonly string[], file: string): StoredRecord[] {
  const seen = new Map<string, number>();
  return lines.map((line, i) => {
    const record = parse(line, `${file}, line ${i + 1}`);
    const twice = seen.get(roundKey(record));
    check(
      twice === undefined,
      () => `${file}: lines ${twice! + 1} and ${i + 1} are the same round; delete one of them if they agree`,
    );
    seen.set(roundKey(record), i);
    return record;
  });
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
