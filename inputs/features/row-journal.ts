import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AppendOnly } from '../../lib/append-only';

const HEAD = 4 + 32;
const SUM = 8;

/**
 * Rows of features as they are computed, by a hash of what they were computed from, so that a killed extraction goes on
 * where it was. One record a row: its length (4 bytes), the hash (32 bytes), the numbers (float32), a check sum of all
 * that (8 bytes).
 */
export class RowJournal {
  private constructor(
    private readonly log: AppendOnly,
    private readonly rows: Map<string, Float32Array>,
  ) {}

  /** Reads what is there; a record that is torn or damaged, and all after it, are cut off, after a word to `warn`. */
  static open(file: string, warn: (message: string) => void = (message) => console.warn(message)): RowJournal {
    const rows = new Map<string, Float32Array>();
    const log = AppendOnly.open(file, (bytes) => readRows(bytes, rows), warn);
    return new RowJournal(log, rows);
  }

  /** `key`: 64 hexadecimal digits. */
  get(key: string): Float32Array | undefined {
    return this.rows.get(key);
  }

  /** Adds rows, in one write; resolves when they are on disk. */
  async add(entries: readonly (readonly [key: string, row: Float32Array])[]): Promise<void> {
    const records = entries.flatMap(([key, row]) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(row.length);
      const content = Buffer.concat([
        length,
        Buffer.from(key, 'hex'),
        Buffer.from(row.buffer, row.byteOffset, row.byteLength),
      ]);
      this.rows.set(key, row.slice());
      return [content, checkSum(content)];
    });
    await this.log.append(Buffer.concat(records));
  }

  async close(): Promise<void> {
    await this.log.close();
  }

  async remove(): Promise<void> {
    await rm(this.log.file, { force: true });
  }
}

/** Adds the whole records to `rows`; returns their length. */
function readRows(bytes: Buffer, rows: Map<string, Float32Array>): number {
  let at = 0;
  while (at + HEAD <= bytes.length) {
    const end = at + HEAD + 4 * bytes.readUInt32LE(at);
    const content = bytes.subarray(at, end);
    if (end + SUM > bytes.length || !checkSum(content).equals(bytes.subarray(end, end + SUM))) break;
    rows.set(content.toString('hex', 4, HEAD), new Float32Array(new Uint8Array(content.subarray(HEAD)).buffer));
    at = end + SUM;
  }
  return at;
}

const checkSum = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest().subarray(0, SUM);
