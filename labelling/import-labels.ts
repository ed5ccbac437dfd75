import path from 'node:path';
import { parseCsv } from '../inputs/datasets/image-folder/csv';
import { isRecord, parseJson } from '../inputs/datasets/image-folder/settings';
import { check, InputError } from '../lib/errors';
import { readText } from '../lib/text-file';
import { labelStudioStatements } from './label-studio';
import type { GivenStatement } from './project';
import type { Statement } from './events';

/** What a file of labels says. */
export interface ImportedFile {
  readonly statements: readonly GivenStatement[];
  /** Entries without an answer yet. */
  readonly open: number;
}

export interface ImportOptions {
  /** Who labelled, where the file does not say. */
  readonly by: string;
  /** Whether what the file says decides. */
  readonly adjudicate?: boolean;
}

/** In place of a class. */
export const SKIP = '(skip)';
export const NOT_IN_LIST = '(not in the list)';

/**
 * The labels in a file: CSV with lines `path,label[,by]`, a heading or none, where a label may be `(skip)` or
 * `(not in the list)` and an empty one is still open; or what Label Studio exports as JSON.
 * @param images The project's, which Label Studio's addresses are matched to.
 * @throws InputError naming the line that cannot be.
 */
export function readLabels(file: string, images: readonly string[], { by, adjudicate }: ImportOptions): ImportedFile {
  const found = /\.json$/i.test(file)
    ? fromJson(parseJson(textOf(file), file), file, images, by)
    : fromCsv(textOf(file), file, by);
  if (!adjudicate) return found;
  return { ...found, statements: found.statements.map((given) => ({ ...given, adjudicate: true })) };
}

function textOf(file: string): string {
  try {
    return readText(file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`Cannot read the labels ${path.resolve(file)}: ${(error as Error).message}`);
  }
}

/** A class, or one of the words in its place. */
export const statementOf = (label: string): Statement =>
  label === SKIP ? { skip: true } : label === NOT_IN_LIST ? { notInList: true } : { fine: label };

/** The inverse. */
export const labelOf = (says: Statement): string => ('fine' in says ? says.fine : 'skip' in says ? SKIP : NOT_IN_LIST);

function fromCsv(text: string, file: string, by: string): ImportedFile {
  let rows: string[][];
  try {
    rows = parseCsv(text);
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message}`);
  }
  const hasHeading = /^path,label(,|$)/i.test(rows[0]?.join() ?? '');
  const [first] = rows;
  check(
    hasHeading || !first?.[0] || path.extname(first[0]),
    `${file} begins with "${first?.join()}"; expected the heading path,label or path,label,by, or an image and its label`,
  );
  const statements: GivenStatement[] = [];
  let open = 0;
  rows.slice(hasHeading ? 1 : 0).forEach((row, i) => {
    const [image, label = '', who] = row;
    const where = `${file}, row ${i + 1 + Number(hasHeading)}`;
    check(image && row.length >= 2, `${where}: "${row.join()}"; expected path,label or path,label,by`);
    if (label) statements.push({ where, image, says: statementOf(label), by: who || by });
    else open++;
  });
  return { statements, open };
}

function fromJson(value: unknown, file: string, images: readonly string[], by: string): ImportedFile {
  check(
    Array.isArray(value) && value.every(isRecord),
    `${file}: expected a list of tasks, as Label Studio exports them ("JSON" or "JSON-MIN")`,
  );
  return labelStudioStatements(value, file, images, by);
}
