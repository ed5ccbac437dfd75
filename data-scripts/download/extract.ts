import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract as untar, type Header } from 'tar-stream';
import { check, InputError } from '../../lib/errors';
import type { OnBytes } from './checksum';
import type { Archive } from './catalogue';
import { entryPath } from './entry-path';

export interface ExtractLimits {
  /** Bytes that an archive may unpack to, whether they are written or not: 8 GiB. */
  readonly bytes: number;
  /** Entries: 200,000. */
  readonly entries: number;
  /** Unpacked bytes a packed byte, beyond the first 16 MiB: 100. Photos are at 1, text at 10, zeros at 1,000. */
  readonly ratio: number;
}

export const extractLimits: ExtractLimits = { bytes: 8 * 2 ** 30, entries: 200_000, ratio: 100 };

const UNSUSPECTED = 16 * 2 ** 20;

/**
 * Writes the wanted entries of a .tar.gz to `target`, an empty folder of the caller's own. Anything that an archive of
 * plain files does not need ends it: paths that lead elsewhere, links, devices, a file twice, more than the limits allow.
 * @returns The paths written, in the archive's order.
 * @throws InputError naming the entry or the fault; what was written until then is the caller's to remove.
 */
export async function extractArchive(
  file: string,
  target: string,
  { keep, needs }: Archive,
  limits: ExtractLimits = extractLimits,
  onBytes?: OnBytes,
): Promise<string[]> {
  const { size } = await stat(file);
  const source = createReadStream(file, { highWaterMark: 1 << 18 });
  const entries = untar();
  const flow = pipeline(
    source,
    createGunzip(),
    metered(
      () => source.bytesRead,
      limits,
      () => onBytes?.(source.bytesRead, size),
    ),
    entries,
  );
  const written: string[] = [];
  const places = new Set<string>();
  const faults: Error[] = [];
  await Promise.all([
    flow.catch((error: Error) => faults.push(error)),
    writeEntries().catch((error: Error) => {
      faults.unshift(error);
      entries.destroy(error);
    }),
  ]);
  if (faults.length) throw asInputError(faults, file);
  for (const name of needs)
    check(written.includes(name), () => `${file} has no ${name}; expected the original archive, or one like it`);
  return written;

  async function writeEntries(): Promise<void> {
    let count = 0;
    for await (const entry of entries) {
      check(++count <= limits.entries, `The archive has more than ${limits.entries} entries`);
      const name = checkedPath(entry.header);
      if (entry.header.type === 'directory' || !keep.test(name)) {
        entry.resume();
        continue;
      }
      // Some disks do not tell upper from lower case, or composed from decomposed letters.
      const place = name.normalize('NFC').toLowerCase();
      check(!places.has(place), `The archive has the entry "${name}" twice`);
      places.add(place);
      const full = path.join(target, name);
      await mkdir(path.dirname(full), { recursive: true });
      await pipeline(entry, createWriteStream(full, { flags: 'wx' }));
      written.push(name);
    }
  }
}

function checkedPath({ name: given, type }: Header): string {
  const name = entryPath(given);
  check(
    type === 'file' || type === 'contiguous-file' || type === 'directory',
    () =>
      `The archive has an entry that is no file: "${name}" is a ${type ?? 'thing of unknown kind'}; it is not extracted`,
  );
  return name;
}

/** Passes bytes on until there are more of them than an honest archive unpacks to. */
function metered(packed: () => number, { bytes, ratio }: ExtractLimits, onChunk: () => void): Transform {
  let unpacked = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      unpacked += chunk.length;
      onChunk();
      if (unpacked > bytes)
        done(new InputError(`The archive unpacks to more than ${bytes} bytes; it is not extracted`));
      else if (unpacked > UNSUSPECTED && unpacked > ratio * packed())
        done(new InputError(`The archive unpacks to more than ${ratio} times its size: a bomb; it is not extracted`));
      else done(null, chunk);
    },
  });
}

/** The fault that explains the others: ours first, then the unpacker's. */
function asInputError(faults: readonly Error[], file: string): Error {
  const own = faults.find((fault) => fault instanceof InputError);
  if (own) return new InputError(`${file}: ${own.message}`);
  const told = faults.find((fault) => !/premature close|^$/i.test(fault.message)) ?? faults[0]!;
  const { message, syscall } = told as NodeJS.ErrnoException;
  if (syscall) return told;
  return new InputError(`${file} is damaged, cut short, or no .tar.gz archive (${message}); fetch it again`);
}
