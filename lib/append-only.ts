import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { check } from './errors';
import { cannotWrite, syncFolder, writeAll } from './files';
import { isUtf16 } from './text-file';

/** Takes what a file holds; returns the length in bytes of its whole records. */
export type ReadRecords = (bytes: Buffer, file: string) => number;

/**
 * For records that are lines: what comes after the last line break is torn. An editor's byte order mark is passed over.
 * @throws InputError for UTF-16, in which nothing could be appended.
 */
export const asLines =
  (read: (lines: string[]) => void): ReadRecords =>
  (bytes, file) => {
    check(!isUtf16(bytes), () => `${file} is UTF-16; save it as UTF-8`);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    read(
      bytes
        .toString('utf8', 0, whole)
        .replace(/^\uFEFF/, '')
        .split('\n')
        .slice(0, -1),
    );
    return whole;
  };

/** Reads an append-only file without touching it; a torn end is left out, after a word to `warn`. Returns its whole length. */
export function readAppendOnly(file: string, read: ReadRecords, warn: (message: string) => void): number {
  const bytes = readFileSync(file);
  const whole = read(bytes, file);
  if (whole < bytes.length) {
    const start = bytes.toString('latin1', whole, whole + 40).replace(/[^ -~]/g, '.');
    warn(`${file}: the last record is torn (${bytes.length - whole} bytes, "${start}"); it is left out`);
  }
  return whole;
}

/**
 * A file that only grows, record by record, so that a kill or a power cut at any moment loses none that was acknowledged.
 * Who may write to it at a time is for a `Lock` to say. After a failed write nothing more is accepted: what is on disk
 * is known, what would follow is not.
 */
export class AppendOnly {
  private waiting: { resolve(): void; reject(error: Error): void }[] = [];
  private syncing: Promise<void> | undefined;
  private broken: Error | undefined;

  private constructor(
    readonly file: string,
    private readonly descriptor: number,
  ) {}

  /**
   * Opens or creates a file, its folder too, and hands what it holds to `read`. A torn end, as a kill or a full disk leaves
   * it, is cut off, after a word to `warn`.
   * @throws InputError if it cannot be written, and what `read` throws; then nothing is changed.
   */
  static open(file: string, read: ReadRecords, warn: (message: string) => void): AppendOnly {
    const folder = path.dirname(path.resolve(file));
    const isNew = !existsSync(file);
    const whole = isNew ? 0 : readAppendOnly(file, read, warn);
    try {
      mkdirSync(folder, { recursive: true });
      const descriptor = openSync(file, 'a');
      if (fstatSync(descriptor).size > whole) ftruncateSync(descriptor, whole);
      if (isNew) syncFolder(folder);
      return new AppendOnly(file, descriptor);
    } catch (error) {
      throw cannotWrite(file, error);
    }
  }

  /** Writes a record and returns once it is on disk. @throws InputError if the disk refuses; a part of it is taken back. */
  appendSync(record: Uint8Array | string): void {
    this.write(record);
    try {
      fsyncSync(this.descriptor);
    } catch (error) {
      throw this.breakBy(error);
    }
  }

  /**
   * Writes a record at once, so that the death of the process does not lose it, and resolves when it is on disk; records
   * that come while the disk is busy share the next sync.
   * @throws InputError if the disk refuses; a part of it is taken back.
   */
  async append(record: Uint8Array | string): Promise<void> {
    this.write(record); // before anything is waited for
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.syncing ??= this.sync();
    });
  }

  /** Waits until all is on disk. */
  async close(): Promise<void> {
    await this.syncing;
    this.closeSync();
  }

  /** After {@link appendSync}, where nothing is left to wait for. */
  closeSync(): void {
    closeSync(this.descriptor);
  }

  private write(record: Uint8Array | string): void {
    if (this.broken) throw this.broken;
    const before = fstatSync(this.descriptor).size;
    try {
      writeAll(this.descriptor, record);
    } catch (error) {
      const broken = this.breakBy(error);
      ftruncateSync(this.descriptor, before);
      throw broken;
    }
  }

  private async sync(): Promise<void> {
    while (this.waiting.length) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await promisify(fdatasync)(this.descriptor);
        batch.forEach(({ resolve }) => resolve());
      } catch (error) {
        const broken = this.breakBy(error);
        batch.forEach(({ reject }) => reject(broken));
      }
    }
    this.syncing = undefined;
  }

  private breakBy(error: unknown): Error {
    return (this.broken ??= cannotWrite(this.file, error));
  }
}
