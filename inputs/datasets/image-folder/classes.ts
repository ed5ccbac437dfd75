import { existsSync } from 'node:fs';
import path from 'node:path';
import { npmRun } from '../../../lib/command-line';
import { check, InputError } from '../../../lib/errors';
import { readText } from '../../../lib/text-file';
import { createHierarchy, hierarchyByLastWord, lastWord, type Hierarchy } from '../../../lib/data/hierarchy';
import { formatCsv, parseCsv } from './csv';
import type { FoundImage } from './scan';
import { isRecord, parseJson, type FolderSettings } from './settings';

/** The classes of a folder's images: `fineOf` gives the index of an image's fine class. */
export interface FolderClasses {
  readonly hierarchy: Hierarchy;
  readonly fineOf: (image: FoundImage) => number;
}

const FILES = ['hierarchy.csv', 'hierarchy.json'];

/**
 * The hierarchy of a folder's classes, fine classes in the order of the images: from the folders, coarse/fine/image; or
 * from the setting or file that says so. Fine classes of one name in several groups are named "group / name".
 * @throws InputError for a class without a group, and for a folder that has no hierarchy, or two, with what to do.
 */
export function classesOf(folder: string, images: readonly FoundImage[], settings: FolderSettings): FolderClasses {
  const file = settings.hierarchy ?? hierarchyFile(folder);
  const nested = images[0]!.classes.length === 2;
  check(
    !(nested && file !== undefined),
    `${folder} has coarse/fine folders and a hierarchy (${file}) as well; keep one of the two`,
  );
  if (nested) return byFolders(images);
  const names = [...new Set(images.map(({ classes }) => classes[0]!))];
  check(
    file !== undefined,
    `${folder} has ${names.length} classes and no groups. Save a hierarchy.csv with lines "fine,coarse" in it; ` +
      `a proposal by the last words of the names: ${npmRun('--silent dataset', `image-folder:${folder}`, '--propose-hierarchy')}`,
  );
  const index = new Map(names.map((name, k) => [name, k]));
  const hierarchy = file === 'last-word' ? hierarchyByLastWord(names) : fromFile(path.join(folder, file), names);
  return { hierarchy, fineOf: ({ classes }) => index.get(classes[0]!)! };
}

/** A hierarchy.csv by the last words of a folder's fine classes, for its owner to correct. */
export function proposeHierarchy(images: readonly FoundImage[]): string {
  const names = [...new Set(images.map(({ classes }) => classes.at(-1)!))];
  return formatCsv([['fine', 'coarse'], ...names.map((name) => [name, lastWord(name)])]);
}

function byFolders(images: readonly FoundImage[]): FolderClasses {
  const keyOf = ({ classes }: FoundImage): string => classes.join('/');
  const pairs = new Map(images.map((image) => [keyOf(image), image.classes]));
  const groups = new Map<string, number>();
  for (const [, fine] of pairs.values()) groups.set(fine!, (groups.get(fine!) ?? 0) + 1);
  const index = new Map([...pairs.keys()].map((key, k) => [key, k]));
  return {
    hierarchy: createHierarchy(
      [...pairs.values()].map(([coarse, fine]) => [groups.get(fine!)! > 1 ? `${coarse} / ${fine}` : fine!, coarse]),
    ),
    fineOf: (image) => index.get(keyOf(image))!,
  };
}

/** The name of the file in a folder that gives classes their groups, if there is one. */
export const hierarchyFile = (folder: string): string | undefined =>
  FILES.find((name) => existsSync(path.join(folder, name)));

/** The classes that a CSV or JSON file lists, each with its group, in its order, in composed Unicode. @throws InputError */
export function groupsIn(file: string): Map<string, string> {
  check(
    existsSync(file),
    `${file} is missing; expected the classes, in JSON or CSV (heading "fine,coarse", a line for each; another file: --classes)`,
  );
  const text = readText(file);
  const pairs = file.endsWith('.json') ? pairsOfJson(parseJson(text, file), file) : pairsOfCsv(text, file);
  const groups = new Map<string, string>();
  for (const [fine, coarse] of pairs) {
    const key = fine.normalize('NFC');
    check(!groups.has(key), `${file}: class "${key}" is listed twice`);
    groups.set(key, coarse.normalize('NFC'));
  }
  return groups;
}

function fromFile(file: string, names: readonly string[]): Hierarchy {
  const groups = groupsIn(file);
  const without = names.find((name) => !groups.has(name));
  check(without === undefined, `${file}: class "${without}" is missing; give it a group`);
  return withDescriptions(createHierarchy(names.map((name) => [name, groups.get(name)])), file);
}

/** The hierarchy with what a third column of its file, `description`, says of classes, if it has one. */
export function withDescriptions(hierarchy: Hierarchy, file: string): Hierarchy {
  if (!file.endsWith('.csv')) return hierarchy;
  const known = new Set(hierarchy.fine);
  const rows = describedRows(readText(file)).map(([fine, , words]) => [fine!.normalize('NFC'), words ?? ''] as const);
  const descriptions = new Map(rows.filter(([fine, words]) => known.has(fine) && words));
  return descriptions.size ? { ...hierarchy, descriptions } : hierarchy;
}

/** Rows of "fine,coarse,description"; none where the heading, the text's first line, does not say so. */
function describedRows(text: string): string[][] {
  if (!/^\ufeff?"?fine"?\s*[,;\t]\s*"?coarse"?\s*[,;\t]\s*"?description\b/i.test(text)) return [];
  const [heading, ...rows] = parseCsv(text);
  return heading?.join().toLowerCase() === 'fine,coarse,description' ? rows : [];
}

function pairsOfCsv(text: string, file: string): [string, string][] {
  const described = describedRows(text);
  if (!described.length) return csvPairs(text, file, ['fine', 'coarse']);
  return csvPairs(formatCsv(described.map((row) => row.slice(0, 2))), file, ['fine', 'coarse']);
}

/** The rows of a CSV file with two columns, without the heading if there is one. */
export function csvPairs(text: string, file: string, heading: readonly [string, string]): [string, string][] {
  let rows: string[][];
  try {
    rows = parseCsv(text);
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message}`);
  }
  if (rows.every((row) => row.length > 2 && !row.at(-1))) rows = rows.map((row) => row.slice(0, -1)); // an empty column
  if (rows[0]?.join().toLowerCase() === heading.join()) rows.shift();
  return rows.map((row, i) => {
    const [a, b] = row;
    check(
      row.length === 2 && a && b,
      `${file}, entry ${i + 1}: "${row.join()}"; expected two fields: ${heading.join(', ')}`,
    );
    return [a, b];
  });
}

/** {"fine": "coarse", ...} or {"coarse": ["fine", ...], ...}. */
function pairsOfJson(value: unknown, file: string): [string, string][] {
  check(isRecord(value), `${file} holds no object; expected {"fine": "coarse", ...} or {"coarse": ["fine", ...], ...}`);
  return Object.entries(value).flatMap(([key, entry]): [string, string][] => {
    if (typeof entry === 'string') return [[key, entry]];
    check(
      Array.isArray(entry) && entry.every((name): name is string => typeof name === 'string'),
      `${file}: "${key}" has ${JSON.stringify(entry)}; expected a group, or a list of fine classes`,
    );
    return entry.map((fine) => [fine, key]);
  });
}
