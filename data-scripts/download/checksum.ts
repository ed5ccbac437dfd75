import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError } from '../../lib/errors';
import type { Expected } from './catalogue';

/** Called now and then with the bytes done so far, of `total` if that is known. */
export type OnBytes = (done: number, total: number | undefined) => void;

export interface Digest {
  readonly bytes: number;
  readonly md5: string;
  readonly sha256: string;
}

/** Size and hashes of a file, read once, piece by piece. */
export async function digestOf(file: string, onBytes?: OnBytes): Promise<Digest> {
  const { size } = await stat(file);
  const [md5, sha256] = [createHash('md5'), createHash('sha256')];
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    md5.update(chunk);
    sha256.update(chunk);
    bytes += chunk.length;
    onBytes?.(bytes, size);
  }
  return { bytes, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}

/** A file that is not the one expected. */
export class WrongFile extends InputError {
  override readonly name = 'WrongFile';

  constructor(
    message: string,
    readonly md5: string,
  ) {
    super(message);
  }
}

/**
 * Size and hashes of a file that is what was expected.
 * @throws WrongFile saying what was found instead.
 */
export async function verified(file: string, expected: Expected, onBytes?: OnBytes): Promise<Digest> {
  const found = await digestOf(file, onBytes);
  for (const key of ['bytes', 'md5', 'sha256'] as const)
    if (expected[key] !== undefined && expected[key] !== found[key])
      throw new WrongFile(
        `${file} is not the file expected: its ${key === 'bytes' ? 'size in bytes' : key} is ${found[key]}, not ` +
          `${expected[key]} (${found.bytes} bytes, md5 ${found.md5})`,
        found.md5,
      );
  return found;
}
