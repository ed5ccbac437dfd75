import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import type { Dataset, PassedOver } from '../../../lib/data/dataset';
import { toStderr } from '../../../lib/errors';

/** What lies in a folder: paths below it, with slashes, as the disk spells them, in the order of code points. */
export interface Listing {
  readonly images: readonly string[];
  /** Kind -> paths of what is no image. */
  readonly others: ReadonlyMap<string, readonly string[]>;
}

/** Endings of the files that are taken for images; a check tells whether they are. */
export const imageEndings = [
  ...['.jpg', '.jpeg', '.jfif', '.jpe', '.pjpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif'],
];

/** Files that describe the data set, at its top. */
const OWN = ['dataset.json', 'hierarchy.csv', 'hierarchy.json', 'split.csv', 'labels.csv', 'unreadable.txt'];

/** Left by systems and archives; not worth a word. */
const SYSTEM = /^(\..*|__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini)$/i;

/** All images of a folder at any depth, and all else that lies there but for hidden files and those in `own`. */
export function listImages(folder: string, own: readonly (string | undefined)[] = []): Listing {
  const images: string[] = [];
  const others = new Map<string, string[]>();
  const used = new Set<string | undefined>([...OWN, ...own]);
  const passOver = (kind: string, name: string): void => {
    const known = others.get(kind);
    if (known) known.push(name);
    else others.set(kind, [name]);
  };
  const walk = (below: string, above: readonly string[]): void => {
    const here = path.join(folder, below);
    const real = realpathSync(here);
    if (above.includes(real)) return passOver('link to a folder above it', below);
    let entries: Dirent[];
    try {
      entries = readdirSync(here, { withFileTypes: true }).filter(({ name }) => !SYSTEM.test(name));
    } catch (error) {
      if (!below) throw error;
      return passOver(`folder that cannot be read (${(error as NodeJS.ErrnoException).code})`, below);
    }
    if (!entries.length) passOver('empty folder', below || '.');
    for (const entry of entries) {
      const name = below ? `${below}/${entry.name}` : entry.name;
      const kind = entry.isSymbolicLink() ? target(path.join(folder, name)) : entry;
      const ending = path.extname(name).toLowerCase();
      if (!kind) passOver('link to nowhere', name);
      else if (/[\r\n\t]/.test(entry.name)) passOver('name with a line break or tab', JSON.stringify(name));
      else if (kind.isDirectory()) walk(name, [...above, real]);
      else if (kind.isFile() && imageEndings.includes(ending)) images.push(name);
      else if (!used.has(name)) passOver(ending || 'file without an ending', name);
    }
  };
  walk('', []);
  return { images: sorted(images), others: new Map([...others].map(([k, v]) => [k, sorted(v)])) };
}

/** The listing's others, counted. */
export const passedOver = ({ others }: Listing): PassedOver[] =>
  [...others].map(([kind, names]) => ({ kind, count: names.length, example: names[0]! }));

/** "6 x .bmp (e.g. rook/1.bmp), 1 x link to nowhere (e.g. robin/dead.jpg)". */
export const passedOverWords = (all: readonly PassedOver[]): string =>
  all.map(({ kind, count, example }) => `${count} x ${kind} (e.g. ${example})`).join(', ');

/** Says what lies in a data set's folder and is not used. */
export function tellPassedOver({ name, passedOver }: Dataset, say = toStderr): void {
  if (passedOver) say(`${name}: passed over ${passedOverWords(passedOver)}`);
}

/** By code points; code units, which are quicker, tell the same of most names. */
const sorted = (names: string[]): string[] =>
  names.some((name) => /[\ud800-\uffff]/.test(name))
    ? names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    : names.sort();

/** What a link leads to; undefined where it leads nowhere or round in a circle. */
function target(file: string) {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}
