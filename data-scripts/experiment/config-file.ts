import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ErrorObject } from 'ajv';
import { InputError } from '../../lib/errors';
import { repositoryRoot } from '../../lib/root';
import { readText } from '../../lib/text-file';
import type { GridSetup } from '../../lib/study/grid/grid-setup';
import { nearestWord } from '../../lib/study/grid/spelling';

/** A grid, or a part of one, as a file holds it. */
export type GridFile = Partial<GridSetup>;

/** Where the JSON schema of configuration files lies; editors take it from the file's "$schema". */
export const schemaFile = path.join(repositoryRoot, 'data-scripts/experiment/grid.schema.json');

/**
 * Reads a grid's configuration file.
 * @throws InputError for a file that cannot be read, is no JSON, or has a field or value that the schema does not know:
 * named, with the nearest known field.
 */
export function readGridFile(file: string): GridFile {
  let content: unknown;
  try {
    content = JSON.parse(readText(file));
  } catch (error) {
    throw new InputError(`Cannot read ${file}: ${(error as Error).message}; expected a grid's configuration as JSON`);
  }
  return checkedFile(content, file);
}

function checkedFile(content: unknown, file: string): GridFile {
  const validate = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true }).compile<
    GridFile & { $schema?: string }
  >(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);
  if (!validate(content)) throw new InputError(`${file}: ${validate.errors!.map(inWords).join('; ')}`);
  return Object.fromEntries(Object.entries(content).filter(([field]) => field !== '$schema'));
}

function inWords({ keyword, instancePath, params, message, data, parentSchema }: ErrorObject): string {
  const where = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'additionalProperties') {
    const field = String(params.additionalProperty);
    const known = Object.keys((parentSchema as { properties: object }).properties);
    const meant = nearestWord(field, known);
    const advice = meant ? `did you mean "${meant}"?` : `expected one of ${known.join(', ')}`;
    return `unknown field "${where ? `${where}.` : ''}${field}"; ${advice}`;
  }
  const allowed = keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).join(', ')}` : '';
  return `unexpected ${where || 'content'}: ${JSON.stringify(data)}; it ${message}${allowed}`;
}
