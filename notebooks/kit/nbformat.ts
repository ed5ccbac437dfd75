import { check } from '../../lib/errors';
import { readText } from '../../lib/text-file';

/** MIME type -> content: text (whole or line by line), base64 for images, an object for JSON types. */
export type MimeBundle = Record<string, unknown>;

/** One output of a code cell (nbformat 4.5). */
export type Output =
  | { output_type: 'stream'; name: 'stdout' | 'stderr'; text: string | string[] }
  | { output_type: 'display_data'; data: MimeBundle; metadata: Record<string, unknown> }
  | {
      output_type: 'execute_result';
      data: MimeBundle;
      metadata: Record<string, unknown>;
      execution_count: number | null;
    }
  | { output_type: 'error'; ename: string; evalue: string; traceback: string[] };

interface AnyCell {
  id: string;
  metadata: { tags?: string[]; [key: string]: unknown };
  source: string | string[];
}
export interface CodeCell extends AnyCell {
  cell_type: 'code';
  execution_count: number | null;
  outputs: Output[];
}
export interface TextCell extends AnyCell {
  cell_type: 'markdown' | 'raw';
  attachments?: Record<string, MimeBundle>;
}
export type Cell = CodeCell | TextCell;

/** A Jupyter notebook of format 4.5. */
export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: Record<string, unknown>;
  cells: Cell[];
}

/** nbformat keeps text whole or as a list of lines. */
export const textOf = (text: string | readonly string[]): string => (typeof text === 'string' ? text : text.join(''));

/** Code or text without comments, on one line. */
export const oneLine = (text: string): string =>
  text
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim();

export const isCode = (cell: Cell): cell is CodeCell => cell.cell_type === 'code';

export const hasTag = (cell: Cell, tag: string): boolean => cell.metadata.tags?.includes(tag) ?? false;

/** A code cell without outputs. */
export function codeCell(id: string, source: string, tags?: string[]): CodeCell {
  return { cell_type: 'code', id, metadata: tags ? { tags } : {}, source, execution_count: null, outputs: [] };
}

/** The kernelspec under which the project's kernel is installed, as notebooks name it. */
export const kernelspec = {
  name: 'vlm-weak-annotator',
  display_name: 'TypeScript (VLM weak annotator)',
  language: 'typescript',
};

/**
 * Reads a notebook file.
 * @throws InputError where it is absent, no JSON, or no valid nbformat 4.5 (naming file, cell and rule).
 */
export function readNotebook(file: string): Notebook {
  let notebook: unknown;
  try {
    notebook = JSON.parse(readText(file));
  } catch (error) {
    check(false, `Cannot read notebook ${file}: ${(error as Error).message}`);
  }
  const faults = findFaults(notebook);
  check(!faults.length, () => `${file} is no valid notebook of nbformat 4.5: ${faults.slice(0, 3).join('; ')}`);
  return notebook as Notebook;
}

/** The file's text: indented by one space, a newline at the end, as Jupyter writes it. */
export const stringifyNotebook = (notebook: Notebook): string => JSON.stringify(notebook, null, 1) + '\n';

const isText = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'));
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => value === null || (Number.isInteger(value) && (value as number) >= 0);

/** What keeps `notebook` from being valid nbformat 4.5; empty if nothing does. */
export function findFaults(notebook: unknown): string[] {
  if (!isObject(notebook)) return ['not an object'];
  const { nbformat, nbformat_minor, metadata, cells } = notebook;
  const faults: string[] = [];
  if (nbformat !== 4 || typeof nbformat_minor !== 'number' || nbformat_minor < 5)
    faults.push(`nbformat is ${String(nbformat)}.${String(nbformat_minor)}, not 4.5 (save it with a current Jupyter)`);
  if (!isObject(metadata)) faults.push('metadata is no object');
  if (!Array.isArray(cells)) return [...faults, 'cells is no list'];
  const ids = new Set<unknown>();
  cells.forEach((cell: unknown, i) => {
    const fault = (text: string): unknown => faults.push(`cell ${i + 1}: ${text}`);
    if (!isObject(cell)) return fault('not an object');
    if (typeof cell['id'] !== 'string' || !/^[\w-]{1,64}$/.test(cell['id'])) fault(`id ${JSON.stringify(cell['id'])}`);
    else if (ids.has(cell['id'])) fault(`id "${cell['id']}" occurs twice`);
    ids.add(cell['id']);
    if (!isObject(cell['metadata'])) fault('metadata is no object');
    if (!isText(cell['source'])) fault('source is no text');
    if (cell['cell_type'] === 'code') {
      if (!isCount(cell['execution_count'])) fault('execution_count is neither null nor a whole number');
      if (!Array.isArray(cell['outputs'])) fault('outputs is no list');
      else cell['outputs'].forEach((output: unknown, j) => isOutput(output) || fault(`output ${j + 1} is not valid`));
    } else if (cell['cell_type'] !== 'markdown' && cell['cell_type'] !== 'raw')
      fault(`type ${String(cell['cell_type'])}`);
    else if ('outputs' in cell || 'execution_count' in cell) fault('text with outputs or an execution count');
    return undefined;
  });
  return faults;
}

/** The fields each type of output must have, no others, and what they hold. */
const fields: Record<string, Record<string, (value: unknown) => boolean>> = {
  stream: { name: (name) => name === 'stdout' || name === 'stderr', text: isText },
  display_data: { data: isBundle, metadata: isObject },
  execute_result: { data: isBundle, metadata: isObject, execution_count: isCount },
  error: { ename: isText, evalue: isText, traceback: isText },
};

function isOutput(output: unknown): boolean {
  if (!isObject(output)) return false;
  const { output_type, ...rest } = output;
  const rules = fields[String(output_type)];
  return (
    rules !== undefined &&
    Object.keys(rest).every((key) => key in rules) &&
    Object.entries(rules).every(([key, holds]) => holds(rest[key]))
  );
}

/** JSON types hold anything, all others text. */
function isBundle(data: unknown): boolean {
  return (
    isObject(data) &&
    Object.entries(data).every(([mime, content]) => /^application\/(.*\+)?json$/.test(mime) || isText(content))
  );
}
