import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../errors';

/** Writes all bytes, which a nearly full disk may take in pieces. */
export function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
}

/** Replaces a file as a whole: whoever reads it, or is killed meanwhile, finds the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  const temporary = `${file}.new`;
  try {
    const descriptor = openSync(temporary, 'w');
    try {
      writeAll(descriptor, text);
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
function syncFolder(folder: string): void {
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
  const advice =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full: free some space'
      : ['EACCES', 'EPERM', 'EROFS'].includes(code)
        ? 'this user may not write there: change its permissions, or give another --out'
        : (error as Error).message;
  return new InputError(
    `Cannot write ${file} (${code}): ${advice}; then give the same command again. Finished rounds stay as they are`,
  );
}
