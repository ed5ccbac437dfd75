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
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { InputError } from '../errors';
import { keyOf, latest, parseLine, type AnswerKey, type JournalLine } from './journal-line';
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
 * A journal open for appending, by one process at a time. {@link Journal.append} writes at once, so that the death of the
 * process loses nothing, and resolves when the line is on disk, so that a power cut does not either; lines that come
 * while the disk is busy share the next sync.
 */
export class Journal {
  private readonly answers: Map<string, JournalLine>;
  /** US dollars that all its lines cost, those of answers bought again included. */
  cost: number;
  private waiting: { resolve(): void; reject(error: Error): void }[] = [];
  private syncing: Promise<void> | undefined;
  private broken: Error | undefined;

  private constructor(
    readonly file: string,
    private readonly descriptor: number,
    private readonly release: () => void,
    lines: readonly JournalLine[],
    readonly warnings: readonly string[],
  ) {
    this.answers = latest(lines);
    this.cost = lines.reduce((sum, line) => sum + (line.price ?? 0), 0);
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

  /** Every answer, where it was bought again the latest. */
  get lines(): Iterable<JournalLine> {
    return this.answers.values();
  }

  find(key: AnswerKey): JournalLine | undefined {
    return this.answers.get(keyOf(key));
  }

  /** @throws InputError if the disk refuses; a line written in part is taken back, and nothing can be appended any more. */
  async append(line: JournalLine): Promise<void> {
    if (this.broken) throw this.broken;
    this.write(Buffer.from(`${printableJson(line)}\n`)); // before anything is waited for
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.syncing ??= this.sync();
    });
    this.answers.set(keyOf(line), line);
    this.cost += line.price ?? 0;
  }

  /** Waits until all is on disk, and lets other processes have the journal. */
  async close(): Promise<void> {
    await this.syncing;
    closeSync(this.descriptor);
    this.release();
  }

  private write(bytes: Buffer): void {
    const before = fstatSync(this.descriptor).size;
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.descriptor, bytes, done);
    } catch (error) {
      ftruncateSync(this.descriptor, before);
      throw this.breakBy(error as Error);
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
        const broken = this.breakBy(error as Error);
        batch.forEach(({ reject }) => reject(broken));
      }
    }
    this.syncing = undefined;
  }

  private breakBy({ message }: Error): Error {
    this.broken ??= new InputError(
      `Cannot write ${this.file}: ${message}; make room on the disk and run the command again`,
    );
    return this.broken;
  }
}

/** So that a new file's name survives a power cut as well. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // folders cannot be synced there
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
