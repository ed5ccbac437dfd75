import path from 'node:path';
import { AppendOnly, asLines } from '../../append-only';
import { InputError } from '../../errors';
import { replaceFile } from '../../files';
import { Lock } from '../../lock';
import { parseRounds } from './read-rounds';
import { canonicalOrder, roundKey, toLine, withoutTiming, type StoredRecord } from './stored-record';

/**
 * `rounds.jsonl` of one directory, held by this process alone: an fsynced line a finished round, appended as rounds
 * finish, so that a kill at any moment loses none. `finish` puts the lines in canonical order, by one atomic rename.
 */
export class RoundLog {
  private readonly engines: Set<string>;
  private readonly records: Map<string, StoredRecord>;

  private constructor(
    private readonly lock: Lock,
    private readonly log: AppendOnly,
    private readonly warn: (message: string) => void,
    records: readonly StoredRecord[],
  ) {
    this.engines = new Set(records.map(({ engine }) => engine));
    this.records = new Map(records.map((record) => [roundKey(record), record]));
  }

  /**
   * Makes the folder if need be, locks it and reads what is there. A torn last line, as a kill or a full disk leaves it,
   * is dropped after a word to `warn`, and its round is run again.
   * @throws InputError for a folder that is in use, cannot be written to, or holds lines that are no rounds.
   */
  static open(folder: string, warn: (message: string) => void): RoundLog {
    const file = path.join(folder, 'rounds.jsonl');
    const lock = Lock.acquire(path.join(folder, 'lock'), folder, 'give another --out');
    try {
      let records: StoredRecord[] = [];
      const read = asLines((lines) => (records = parseRounds(lines, file)));
      return new RoundLog(lock, AppendOnly.open(file, read, warn), warn, records);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** What is on disk, in no particular order. */
  get all(): StoredRecord[] {
    return [...this.records.values()];
  }

  get(key: string): StoredRecord | undefined {
    return this.records.get(key);
  }

  /**
   * Returns the record as the log holds it, once it is safe on disk. A round that is there already, because its run was
   * interrupted and began anew, must be the same again.
   * @throws InputError if it is not, or if the disk does not take it.
   */
  add(record: StoredRecord): StoredRecord {
    const known = this.records.get(roundKey(record));
    if (known) return this.same(known, record);
    this.lock.confirm();
    this.watchEngine(record.engine);
    this.log.appendSync(`${toLine(record)}\n`);
    this.records.set(roundKey(record), record);
    return record;
  }

  /** Canonical order; nothing is written if the lines are in it already. */
  finish(): void {
    this.lock.confirm();
    const before = this.all;
    const after = [...before].sort(canonicalOrder);
    if (after.every((record, i) => record === before[i])) return;
    replaceFile(this.log.file, after.map((record) => `${toLine(record)}\n`).join(''));
  }

  close(): void {
    this.log.closeSync();
    this.lock.release();
  }

  private watchEngine(engine: string): void {
    if (this.engines.size && !this.engines.has(engine))
      this.warn(
        `${this.log.file} mixes engines: ${[...this.engines].join('; ')}; now ${engine}. Each record names its own`,
      );
    this.engines.add(engine);
  }

  private same(known: StoredRecord, again: StoredRecord): StoredRecord {
    if (withoutTiming(known) === withoutTiming(again)) return known;
    const differs = Object.keys({ ...known, ...again }).filter(
      (name) =>
        name !== 'timing' &&
        JSON.stringify(known[name as keyof StoredRecord]) !== JSON.stringify(again[name as keyof StoredRecord]),
    );
    throw new InputError(
      `${again.strategy}, seed ${again.seed}, round ${again.round}: run again, it differs from ${this.log.file} in ` +
        `${differs.join(', ')} (engine there: ${known.engine}; here: ${again.engine}). Go on with the code and the ` +
        'engine that began this directory, or give another --out; nothing was changed',
    );
  }
}
