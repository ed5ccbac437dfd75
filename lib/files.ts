import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { InputError } from './errors';

/** Writes all bytes, which a nearly full disk may take in pieces. */
export function writeAll(descriptor: number, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
}

/**
 * Replaces a file as a whole, its folder made if need be: whoever reads it, or is killed meanwhile, finds the old content
 * or the new one. Several processes may do so at once; the last one's content stays.
 * @param content all of it, or its pieces one after the other.
 * @throws InputError if the disk does not take it; then the old content stays.
 */
export function replaceFile(file: string, content: Uint8Array | string | Iterable<Uint8Array>): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
  } catch (error) {
    throw cannotWrite(file, error);
  }
  try {
    const descriptor = openSync(temporary, 'w');
    try {
      for (const piece of pieces) writeAll(descriptor, piece);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(file, error);
  }
  syncFolder(path.dirname(file));
}

/** Makes names in a folder survive a power cut, where the system can do that. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL'].includes(codeOf(error))) throw error;
  }
}

export const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

/** What a failed write means, and what to do about it. */
export function cannotWrite(file: string, error: unknown): InputError {
  const code = codeOf(error);
  const advice = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)
    ? 'the disk is full: free some space'
    : ['EACCES', 'EPERM', 'EROFS'].includes(code)
      ? 'this user may not write there: change its permissions, or choose another folder'
      : (error as Error).message;
  return new InputError(
    `Cannot write ${file} (${code}): ${advice}; then give the same command again. What was written before stays as it is`,
  );
}
