import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { check } from '../../lib/errors';
import { repositoryRoot } from '../../lib/root';
import type { Families, Genre } from './families';

export type Slant = 'upright' | 'italic';

/** One style of one family: what is rendered. */
export interface Face {
  /** Fontsource's name: `lora`. */
  readonly id: string;
  /** The family's own name: `Lora`. */
  readonly family: string;
  readonly genre: Genre;
  readonly weight: 400 | 700;
  readonly slant: Slant;
  /** The fine class: `Lora Bold Italic`. */
  readonly name: string;
  /** The coarse class: `bold italic serif`. */
  readonly group: string;
  readonly file: string;
  /** Degrees by which the letters are slanted when drawn, for a family without an italic of its own. */
  readonly skew: number;
}

export interface Licence {
  readonly family: string;
  readonly version: string;
  readonly licence: string;
  readonly attribution: string;
}

/** Where {@link installFonts} puts the fonts. */
export const fontsFolder = path.join(repositoryRoot, 'data', 'typefaces-fonts');
const SYNTHETIC_SLANT = 11;

/** Installs the fonts that package.json and package-lock.json beside this file name, exactly. */
export function installFonts(): void {
  mkdirSync(fontsFolder, { recursive: true });
  const lists = ['package.json', 'package-lock.json'];
  const upToDate = lists.every(
    (name) =>
      existsSync(path.join(fontsFolder, name)) &&
      readFileSync(path.join(fontsFolder, name)).equals(readFileSync(path.join(__dirname, name))),
  );
  if (upToDate && existsSync(path.join(fontsFolder, 'node_modules', '.package-lock.json'))) return;
  for (const name of lists) copyFileSync(path.join(__dirname, name), path.join(fontsFolder, name));
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: fontsFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  check(status === 0, `npm ci in ${fontsFolder} failed (exit code ${status}); see its message above`);
}

/** Whether the fonts lie there already. */
export const fontsInstalled = (): boolean => existsSync(path.join(fontsFolder, 'node_modules', '@fontsource', 'lora'));

/**
 * The faces of some families: weights 400 and 700, upright and italic, ordered by genre, weight, slant and family.
 * @param missing What to do about a style a family lacks: `refuse` it, or `leave-out` an unavailable weight and slant
 * the upright letters for an unavailable italic.
 */
export function facesOf(families: Families, missing: 'refuse' | 'leave-out'): Face[] {
  const faces: Face[] = [];
  for (const genre of ['serif', 'slab', 'sans', 'mono'] as const)
    for (const weight of [400, 700] as const)
      for (const slant of ['upright', 'italic'] as const)
        for (const id of families[genre]) {
          check(existsSync(packageFolder(id)), `Unknown family: "${id}"; no @fontsource/${id} in ${fontsFolder}`);
          const own = fontFile(id, weight, slant);
          const upright = fontFile(id, weight, 'upright');
          const file = existsSync(own) ? own : upright;
          check(missing === 'leave-out' || file === own, `${id} has no style ${weight} ${slant}: ${own} is missing`);
          if (!existsSync(file)) continue;
          const family = readMetadata(id).family;
          faces.push({
            id,
            family,
            genre,
            weight,
            slant,
            file,
            name: `${family} ${weight === 400 ? 'Regular' : 'Bold'}${slant === 'italic' ? ' Italic' : ''}`,
            group: `${weight === 400 ? 'regular' : 'bold'} ${slant} ${genre}`,
            skew: file === own ? 0 : SYNTHETIC_SLANT,
          });
        }
  return faces;
}

/** The licences of some families, as their packages state them. */
export function licencesOf(ids: Iterable<string>): Licence[] {
  return [...ids].map((id) => {
    const { family, license } = readMetadata(id);
    const { version } = JSON.parse(readFileSync(path.join(packageFolder(id), 'package.json'), 'utf8')) as {
      version: string;
    };
    check(license?.type, `@fontsource/${id} states no licence; leave the family out`);
    return { family, version, licence: license.type, attribution: license.attribution };
  });
}

interface Metadata {
  family: string;
  license?: { type: string; attribution: string };
}

const packageFolder = (id: string): string => path.join(fontsFolder, 'node_modules', '@fontsource', id);

const readMetadata = (id: string): Metadata =>
  JSON.parse(readFileSync(path.join(packageFolder(id), 'metadata.json'), 'utf8')) as Metadata;

const fontFile = (id: string, weight: number, slant: Slant): string =>
  path.join(packageFolder(id), 'files', `${id}-latin-${weight}-${slant === 'upright' ? 'normal' : 'italic'}.woff2`);
