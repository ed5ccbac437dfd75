import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { check, InputError } from '../../errors';
import { replaceFile } from '../../files';
import { differences } from '../../rounds/settings';
import type { Study } from '../study';

const FILE = 'study.json';

/** What the runs of a directory share; undefined if nothing ran there yet. @throws InputError for a damaged file. */
export function readStudy(folder: string): Study | undefined {
  const file = path.join(folder, FILE);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Study;
  } catch (error) {
    throw new InputError(`${file} is damaged (${(error as Error).message}); delete it to have it written again`);
  }
}

/**
 * Writes down what the runs of a directory share, or makes sure that it is the same as before.
 * @throws InputError saying in what it differs; then nothing is written.
 */
export function keepStudy(folder: string, study: Study): void {
  const known = readStudy(folder);
  if (!known) return replaceFile(path.join(folder, FILE), `${JSON.stringify(study, null, 2)}\n`);
  const differing = differences(known, study);
  check(
    !differing.length,
    () =>
      `${folder} holds results of another configuration:\n  ${differing.join('\n  ')}\n` +
      'Give another --out for this one, or the old values to go on there; nothing was changed',
  );
}
