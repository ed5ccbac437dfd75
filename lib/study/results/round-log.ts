import { closeSync, existsSync, fsyncSync, fstatSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { cannotWrite, replaceFile, writeAll } from './disk';
import { DirectoryLock } from './lock';
import { readRounds } from './read-rounds';
import { canonicalOrder, roundKey, toLine, withoutTiming, type StoredRecord } from './stored-record';
import { InputError } from '../../errors';

/**
 * `rounds.jsonl` of one directory, held by this process alone: an fsynced line a finished round, appended as rounds
 * finish, so that a kill at any moment loses none. `finish` puts the lines in canonical order, by one atomic rename.
 */
export class RoundLog {
  private readonly engines: Set<string>;
  private readonly records: Map<string, StoredRecord>;

  private constructor(
    private readonly file: string,
    private readonly lock: DirectoryLock,
    private readonly descriptor: number,
    private readonly warn: (message: string) => void,
    records: readonly StoredRecord[],
  ) {
    this.engines = new Set(records.map(({ engine }) => engine));
    this.records = new Map(records.map((record) => [roundKey(record), record]));
  }

  /**
   * Makes the folder if need be, locks it and reads what is there. A torn last line, as a kill or a full disk leaves it,
   * is dropped with a warning.
   * @throws InputError for a folder that is in use, cannot be written to, or holds lines that are no rounds.
   */
  static async open(folder: string, warn: (message: string) => void): Promise<RoundLog> {
    const file = path.join(folder, 'rounds.jsonl');
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw cannotWrite(folder, error);
    }
    const lock = await DirectoryLock.acquire(folder);
    try {
      const { records, bytes, torn } = existsSync(file) ? readRounds(file) : { records: [], bytes: 0, torn: '' };
      const descriptor = openToAppend(file);
      if (torn) {
        warn(`${file}: the last line is torn ("${torn.slice(0, 40)}..."); it is dropped, and its round is run again`);
        ftruncateSync(descriptor, bytes);
      }
      return new RoundLog(file, lock, descriptor, warn, records);
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
    this.append(`${toLine(record)}\n`);
    this.records.set(roundKey(record), record);
    return record;
  }

  /** Canonical order; nothing is written if the lines are in it already. */
  finish(): void {
    this.lock.confirm();
    const before = this.all;
    const after = [...before].sort(canonicalOrder);
    if (after.every((record, i) => record === before[i])) return;
    replaceFile(this.file, after.map((record) => `${toLine(record)}\n`).join(''));
  }

  close(): void {
    closeSync(this.descriptor);
    this.lock.release();
  }

  private append(line: string): void {
    const { size } = fstatSync(this.descriptor);
    try {
      writeAll(this.descriptor, line);
      fsyncSync(this.descriptor);
    } catch (error) {
      ftruncateSync(this.descriptor, size);
      throw cannotWrite(this.file, error);
    }
  }

  private watchEngine(engine: string): void {
    if (this.engines.size && !this.engines.has(engine))
      this.warn(
        `${this.file} mixes engines: ${[...this.engines].join('; ')}; now ${engine}. Each record names its own`,
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
      `${again.strategy}, seed ${again.seed}, round ${again.round}: run again, it differs from ${this.file} in ` +
        `${differs.join(', ')} (engine there: ${known.engine}; here: ${again.engine}). Go on with the code and the ` +
        'engine that began this directory, or give another --out; nothing was changed',
    );
  }
}

function openToAppend(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (error) {
    throw cannotWrite(file, error);
  }
}
