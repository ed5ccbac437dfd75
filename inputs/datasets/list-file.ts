import path from 'node:path';
import { npmRun } from '../../lib/command-line';
import { check, InputError } from '../../lib/errors';
import { readText } from '../../lib/text-file';

/**
 * Reads the lists of a downloaded data set, text files with one entry a line; Unix or Windows line ends, blank lines
 * left out. Parameters and errors as {@link fileReader}.
 */
export const listReader = (folder: string, download: string): ((name: string) => string[]) =>
  fileReader(folder, download, (file) => linesOf(readText(file)));

/**
 * Reads the files of a downloaded data set by `read`.
 * @param download The data set's name for `npm run download`, which an {@link InputError} for a missing file names.
 */
export function fileReader<T>(folder: string, download: string, read: (file: string) => T): (name: string) => T {
  return (name) => {
    const file = path.join(folder, name);
    try {
      return read(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new InputError(
        `${file} is missing; get the data set: ${npmRun('download', download)}; if ${path.basename(folder)} lies elsewhere, ` +
          'name the folder that holds it by --root or DATA_ROOT',
      );
    }
  };
}

/** The lines of a text that are not blank, without the blanks around them. */
export const linesOf = (text: string): string[] =>
  text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter(Boolean);

/**
 * Entries "key value", where the value may hold blanks.
 * @throws InputError naming the first invalid line, or one whose key came before.
 */
export function keyed(lines: readonly string[], name: string): Map<string, string> {
  const entries = new Map<string, string>();
  lines.forEach((line, i) => {
    const [, key, value] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    check(key && value, () => `${name}, entry ${i + 1}: "${line}"; expected a key, a blank and a value`);
    check(!entries.has(key), () => `${name}, entry ${i + 1}: "${key}" is listed twice`);
    entries.set(key, value);
  });
  return entries;
}
