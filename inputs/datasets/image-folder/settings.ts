import { existsSync } from 'node:fs';
import path from 'node:path';
import { check, InputError } from '../../../lib/errors';
import { readText } from '../../../lib/text-file';

/** What a folder's `dataset.json` may say; all of it may be left out. */
export interface FolderSettings {
  /** The data set's key, part of the names of files made from it: "image-folder-" and the folder's name in words. */
  readonly name: string;
  /** What it is, in a caption's words: the folder's name; for one like "images", the name of the folder around it, too. */
  readonly title: string;
  /**
   * A CSV or JSON file in the folder that gives every fine class its group, or "last-word": the last word of the class's
   * name. Default: `hierarchy.csv` or `hierarchy.json` where there is one, else the folders: coarse/fine/image.
   */
  readonly hierarchy?: string;
  /**
   * A CSV file in the folder with lines "path,pool" or "path,test", or the share of each class's images that a seed draws
   * for the test set. Default: `split.csv` where there is one, else the folders `train` and `test`, else 0.3 by seed 0.
   */
  readonly split?: string | DrawnSplit;
  /** Pixel rows to cut off at the bottom of every image: 0. */
  readonly cropBottom: number;
}

/** A share of every class's images, 0 to 1 both excluded, drawn by a seed. */
export interface DrawnSplit {
  readonly test: number;
  readonly seed: number;
}

/** A folder's settings, as far as given in its `dataset.json`. @throws InputError naming the entry that cannot be. */
export function readSettings(folder: string): FolderSettings {
  const file = path.join(folder, 'dataset.json');
  const given = existsSync(file) ? parseJson(readText(file), file) : {};
  check(isRecord(given), `${file} holds no object; expected {"title": "...", ...}`);
  const { name, title, hierarchy, split, cropBottom = 0, ...others } = given;
  const unknown = Object.keys(others)[0];
  check(
    unknown === undefined,
    `${file}: unknown entry "${unknown}"; expected name, title, hierarchy, split or cropBottom`,
  );
  const text = (key: string, value: unknown): string | undefined => {
    check(
      value === undefined || (typeof value === 'string' && value !== ''),
      `${file}: unexpected ${key}: ${JSON.stringify(value)}; expected a text`,
    );
    return value;
  };
  const base = tellingName(folder);
  const key = text('name', name) ?? `image-folder-${base.normalize('NFC').replace(/[^\p{L}\p{N}._-]+/gu, '-')}`;
  check(
    /^[\p{L}\p{N}._-]+$/u.test(key),
    `${file}: unexpected name: "${key}"; expected letters, digits, dots, hyphens or underscores`,
  );
  check(
    typeof cropBottom === 'number' && Number.isInteger(cropBottom) && cropBottom >= 0,
    `${file}: unexpected cropBottom: ${JSON.stringify(cropBottom)}; expected a number of pixel rows`,
  );
  const groups = text('hierarchy', hierarchy);
  const parts = isRecord(split) ? drawn(split, file) : text('split', split);
  return {
    name: key,
    title: text('title', title) ?? base,
    cropBottom,
    ...(groups !== undefined && { hierarchy: groups }),
    ...(parts !== undefined && { split: parts }),
  };
}

/** Names that many folders have, so that they tell data sets apart only with the folder around them. */
const COMMON = /^(images?|pictures|photos?|data|dataset|train|pool)$/i;

/** A folder's name; "flowers/images" for one of a common name. */
function tellingName(folder: string): string {
  const { dir, base } = path.parse(folder);
  const around = path.basename(dir);
  return COMMON.test(base) && around ? `${around}/${base}` : base;
}

function drawn({ test = 0.3, seed = 0, ...others }: Record<string, unknown>, file: string): DrawnSplit {
  check(
    typeof test === 'number' && test > 0 && test < 1 && Number.isSafeInteger(seed) && !Object.keys(others).length,
    `${file}: unexpected split: ${JSON.stringify({ test, seed, ...others })}; expected {"test": share between 0 and 1, "seed": integer}`,
  );
  return { test, seed: seed as number };
}

export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file} is no JSON (${(error as Error).message}); mend or remove it`);
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
