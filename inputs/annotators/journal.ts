import { AppendOnly, asLines, readAppendOnly, type ReadRecords } from '../../lib/append-only';
import { InputError } from '../../lib/errors';
import { Lock } from '../../lib/lock';
import { keyOf, latest, parseLine, type AnswerKey, type JournalLine } from './journal-line';
import { printableJson } from './printable';

export interface JournalContent {
  readonly lines: readonly JournalLine[];
  /** What is wrong with the file, in words; the lines are what could be read. */
  readonly warnings: readonly string[];
}

interface Content {
  lines: JournalLine[];
  warnings: string[];
  /** The last line is whole, but for its end: an editor took it away. */
  unended?: boolean;
}

/**
 * Reads a journal without touching it. A torn last line, left by a process that was killed while writing it, and lines
 * that are no answers are left out with a warning.
 * @throws InputError if the file cannot be read.
 */
export function readJournal(file: string): JournalContent {
  const content: Content = { lines: [], warnings: [] };
  try {
    readAppendOnly(file, parsing(content), (warning) => content.warnings.push(warning));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `Cannot read the journal ${file}: ${(error as Error).message}; make one with "npm run annotate"`,
    );
  }
  return content;
}

const parsing =
  (content: Content): ReadRecords =>
  (bytes, file) => {
    const whole = readLines(content)(bytes, file);
    const last = parseLine(bytes.toString('utf8', whole));
    if (!last) return whole;
    content.lines.push(last);
    content.unended = true;
    return bytes.length;
  };

const readLines =
  ({ lines, warnings }: Content): ReadRecords =>
  (bytes, file) =>
    asLines((texts) =>
      texts.forEach((text, i) => {
        if (!text.trim()) return;
        const line = parseLine(text);
        if (line) lines.push(line);
        else warnings.push(`${file}: line ${i + 1} is not an answer; it is left out`);
      }),
    )(bytes, file);

/**
 * A journal open for appending, by one process at a time. {@link Journal.append} writes at once and resolves when the line
 * is on disk: neither the death of the process nor a power cut loses an answer.
 */
export class Journal {
  private readonly answers: Map<string, JournalLine>;
  /** US dollars that all its lines cost, those of answers bought again included. */
  cost: number;

  private constructor(
    private readonly log: AppendOnly,
    private readonly lock: Lock,
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
    const lock = Lock.acquire(`${file}.lock`, file);
    try {
      const content: Content = { lines: [], warnings: [] };
      const log = AppendOnly.open(file, parsing(content), (warning) => content.warnings.push(warning));
      if (content.unended) log.appendSync('\n');
      return new Journal(log, lock, content.lines, content.warnings);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get file(): string {
    return this.log.file;
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
    await this.log.append(`${printableJson(line)}\n`);
    this.answers.set(keyOf(line), line);
    this.cost += line.price ?? 0;
  }

  /** Waits until all is on disk, and lets other processes have the journal. */
  async close(): Promise<void> {
    await this.log.close();
    this.lock.release();
  }
}
