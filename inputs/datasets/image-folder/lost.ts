import path from 'node:path';
import { check } from '../../../lib/errors';
import { imageEndings, type Listing } from './list';

/** Endings of pictures that cannot be decoded here. */
const FOREIGN = ['.bmp', '.heic', '.heif', '.jp2', '.jxl', '.svg', '.psd', '.ico', '.tga', '.ppm', '.pgm', '.dng'];

/**
 * Refuses a folder that would be a class but for its files: it holds pictures, or is listed as a class, yet no image in
 * it can be used.
 * @param listed Classes that the hierarchy's file names, in composed Unicode.
 * @returns the listed classes that have no folder at all.
 * @throws InputError naming the folder.
 */
export function withoutImages(folder: string, { images, others }: Listing, listed: Iterable<string>): string[] {
  const used = new Set(images.flatMap(foldersOf));
  const missing = new Set(listed);
  for (const name of used) missing.delete(path.posix.basename(name).normalize('NFC'));
  for (const [kind, names] of others)
    for (const name of names) {
      const below = kind === 'empty folder' ? name : path.posix.dirname(name);
      if (below === '.' || used.has(below)) continue;
      const isPicture = [...FOREIGN, ...imageEndings].includes(path.extname(name).toLowerCase());
      const isClass = missing.has(path.posix.basename(below).normalize('NFC'));
      check(
        !isPicture && !isClass,
        `${path.join(folder, below)} has no image that can be read; convert its pictures to JPEG or PNG, or ` +
          (isClass ? 'take the class out of the hierarchy and the folder away' : 'take the folder away'),
      );
    }
  return [...missing];
}

/** "a/b/1.jpg" -> "a", "a/b". */
const foldersOf = (name: string): string[] =>
  name
    .split('/')
    .slice(0, -1)
    .map((_, i, parts) => parts.slice(0, i + 1).join('/'));
