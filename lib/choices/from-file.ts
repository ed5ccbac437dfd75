import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { check, InputError } from '../errors';
import { repositoryRoot } from '../root';
import type { Given } from './options';
import { splitSpecs } from './spec';

/** A path to a module, and options after it: `./mine.ts(count=3)`. */
const moduleFile = /^(.+\.c?[jt]s)(?:\((.*)\))?$/s;

/** Whether a choice names a file instead of a built-in. */
export const isFile = (choice: string): boolean => moduleFile.test(choice.trim());

/** The same choice with its file's path made absolute, so that another process in another folder finds it; others as they are. */
export function withAbsolutePath(choice: string): string {
  const [, file, options] = moduleFile.exec(choice.trim()) ?? [];
  if (file === undefined) return choice;
  return path.resolve(file) + (options === undefined ? '' : `(${options})`);
}

/** The hash of each module's own code when it was last loaded. */
const loaded = new Map<string, string>();

/**
 * What a module exports that `isWanted`; a file that has changed since it was last asked for is loaded anew.
 * @returns `code`: a hash of the file and of the files that it imports beside the library and packages, which are the
 * project's own and known by their version.
 * @throws InputError for a file that is not there, or that throws when it is loaded.
 */
export function loadFromFile(
  choice: string,
  isWanted: (value: object) => boolean,
): { exported: object[]; options: Given; code: string; file: string } {
  const [, name, list = ''] = moduleFile.exec(choice.trim())!;
  const file = path.resolve(name!);
  check(existsSync(file), `There is no file ${file}; expected a module that exports what it should be`);
  const before = loaded.get(file);
  if (before !== undefined && before !== codeOf(file)) ownModules(file).forEach((id) => delete require.cache[id]);
  let content: Record<string, unknown>;
  try {
    content = require(file) as Record<string, unknown>; // eslint-disable-line @typescript-eslint/no-require-imports
  } catch (error) {
    throw new InputError(`${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  const code = codeOf(file);
  loaded.set(file, code);
  const values = 'default' in content && isObject(content.default) ? [content.default] : Object.values(content);
  const exported = [...new Set(values.filter(isObject).filter(isWanted))];
  return { exported, options: optionsIn(list, file), code, file };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function optionsIn(list: string, file: string): Given {
  return Object.fromEntries(
    splitSpecs(list).map((item) => {
      const at = item.indexOf('=');
      check(at > 0, `Unexpected option of ${file}: "${item}"; expected option=value`);
      return [item.slice(0, at).trim(), item.slice(at + 1).trim()];
    }),
  );
}

/** The first 12 digits of a hash over the file and its own imports, in the order of their paths. */
function codeOf(file: string): string {
  const hash = createHash('sha256');
  for (const id of ownModules(file)) hash.update(existsSync(id) ? readFileSync(id) : '').update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** The module and all that it has loaded outside the library and node_modules; the module alone before it is loaded. */
function ownModules(file: string): string[] {
  const library = ['lib', 'inputs'].map((folder) => path.join(repositoryRoot, folder) + path.sep);
  const packages = `${path.sep}node_modules${path.sep}`;
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id) || library.some((folder) => id.startsWith(folder)) || id.includes(packages)) return;
    found.add(id);
    require.cache[id]?.children.forEach((child) => visit(child.id));
  };
  visit(file);
  return [...found].sort();
}
