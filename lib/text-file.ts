import { readFileSync } from 'node:fs';
import { InputError } from './errors';

/** The text of a file, however its editor saved it ({@link decodeText}). @throws the file system's error, or InputError. */
export const readText = (file: string): string => decodeText(readFileSync(file), file);

/**
 * UTF-8 with or without a byte order mark, or UTF-16 (PowerShell's `>`, Excel's Unicode text); no mark is left in it.
 * @param file Named in the error.
 * @throws InputError for bytes of another encoding.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${file} is neither UTF-8 nor UTF-16; save it as UTF-8 (Excel: "CSV UTF-8")`);
  }
}

/** Whether text is UTF-16. */
export const isUtf16 = (bytes: Uint8Array): boolean => encodingOf(bytes) !== 'utf-8';

/** By the byte order mark; without one, by the zero byte that UTF-16 has in an ASCII character. UTF-32 is left to fail. */
function encodingOf([first, second, third, fourth]: Uint8Array): string {
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second)) return 'utf-16be';
  return 'utf-8';
}
