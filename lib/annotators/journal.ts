import {
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  write,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { InputError } from '../errors';
import { keyOf, parseLine, type AnswerKey, type JournalLine } from './journal-line';
import { lock } from './lock';
import { printableJson } from './printable';

export interface JournalContent {
  readonly lines: readonly JournalLine[];
  /** What is wrong with the file, in words; the lines are what could be read. */
  readonly warnings: readonly string[];
  /** Bytes up to the end of the last whole line. */
  readonly whole: number;
}

/**
 * Reads a journal without touching it. A torn last line, left by a process that was killed while writing it, and lines
 * that are no answers are left out with a warning.
 * @throws InputError if the file cannot be read.
 */
export function readJournal(file: string): JournalContent {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new InputError(
      `Cannot read the journal ${file}: ${(error as Error).message}; make one with "npm run annotate"`,
    );
  }
  const whole = bytes.lastIndexOf(0x0a) + 1;
  const lines: JournalLine[] = [];
  const warnings: string[] = [];
  if (whole < bytes.length)
    warnings.push(`${file}: the last line is torn (${bytes.length - whole} bytes); it is left out`);
  bytes
    .toString('utf8', 0, whole)
    .split('\n')
    .forEach((text, i) => {
      if (!text) return;
      const line = parseLine(text);
      if (line) lines.push(line);
      else warnings.push(`${file}: line ${i + 1} is not an answer; it is left out`);
    });
  return { lines, warnings, whole };
}

/**
 * A journal open for appending, by one process at a time. {@link Journal.append} resolves when the line is on disk; lines
 * that come while the disk is busy share the next write.
 */
export class Journal {
  private readonly answers = new Map<string, JournalLine>();
  private queue: { readonly text: string; resolve(): void; reject(error: Error): void }[] = [];
  private flushing: Promise<void> | undefined;
  private broken: Error | undefined;

  private constructor(
    readonly file: string,
    private readonly descriptor: number,
    private readonly release: () => void,
    lines: readonly JournalLine[],
    readonly warnings: readonly string[],
  ) {
    for (const line of lines) this.answers.set(keyOf(line), line);
  }

  /**
   * Opens or creates a journal; a torn last line is cut off.
   * @throws InputError if another process has it open, or it cannot be written.
   */
  static open(file: string): Journal {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    const release = lock(`${file}.lock`);
    try {
      const isNew = !existsSync(file);
      const { lines, warnings, whole } = isNew ? { lines: [], warnings: [], whole: 0 } : readJournal(file);
      const descriptor = openSync(file, 'a');
      if (fstatSync(descriptor).size > whole) ftruncateSync(descriptor, whole);
      if (isNew) syncFolder(path.dirname(path.resolve(file)));
      return new Journal(file, descriptor, release, lines, warnings);
    } catch (error) {
      release();
      throw error;
    }
  }

  get lines(): Iterable<JournalLine> {
    return this.answers.values();
  }

  find(key: AnswerKey): JournalLine | undefined {
    return this.answers.get(keyOf(key));
  }

  /** @throws Error if the disk refuses; what was being written is taken back, and nothing can be appended any more. */
  async append(line: JournalLine): Promise<void> {
    if (this.broken) throw this.broken;
    await new Promise<void>((resolve, reject) => {
      this.queue.push({ text: `${printableJson(line)}\n`, resolve, reject });
      this.flushing ??= this.flush();
    });
    this.answers.set(keyOf(line), line);
  }

  /** Waits for what is being written, and lets other processes have the journal. */
  async close(): Promise<void> {
    await this.flushing;
    closeSync(this.descriptor);
    this.release();
  }

  private async flush(): Promise<void> {
    while (this.queue.length) {
      const batch = this.queue;
      this.queue = [];
      try {
        await this.writeAll(Buffer.from(batch.map(({ text }) => text).join('')));
        batch.forEach(({ resolve }) => resolve());
      } catch (error) {
        this.broken = new InputError(
          `Cannot write ${this.file}: ${(error as Error).message}; make room on the disk and run the command again`,
        );
        for (const { reject } of [...batch, ...this.queue]) reject(this.broken);
        this.queue = [];
      }
    }
    this.flushing = undefined;
  }

  private async writeAll(bytes: Buffer): Promise<void> {
    const before = fstatSync(this.descriptor).size;
    try {
      for (let done = 0; done < bytes.length;)
        done += (await promisify(write)(this.descriptor, bytes, done, bytes.length - done, null)).bytesWritten;
      await promisify(fdatasync)(this.descriptor);
    } catch (error) {
      ftruncateSync(this.descriptor, before);
      throw error;
    }
  }
}

/** So that a new file's name survives a power cut as well. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // folders cannot be synced there
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
