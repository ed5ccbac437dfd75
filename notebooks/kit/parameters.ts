import { check } from '../../lib/errors';
import { codeCell, hasTag, isCode, textOf } from './nbformat';
import type { Cell, Notebook } from './nbformat';

export type Parameter = string | number | boolean | readonly Parameter[];
export type Parameters = Readonly<Record<string, Parameter>>;

/**
 * The notebook with a cell tagged `injected-parameters` after the one tagged `parameters`, as papermill does it: one
 * assignment a parameter, so the `parameters` cell must declare each by `let`. An older injected cell is replaced.
 * @throws InputError for a notebook without such a cell, or a parameter that it does not declare.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters): Notebook {
  const names = Object.keys(parameters);
  if (!names.length) return notebook;
  const cells = notebook.cells.filter((cell) => !hasTag(cell, 'injected-parameters'));
  const at = cells.findIndex((cell) => isCode(cell) && hasTag(cell, 'parameters'));
  check(at >= 0, `Cannot set ${names.join(', ')}: the notebook has no code cell tagged "parameters"`);
  const declared = declaredParameters(cells[at]!);
  for (const name of names)
    check(
      declared.includes(name),
      `Unknown parameter "${name}"; the notebook's parameters cell declares by let: ${declared.join(', ') || 'nothing'}`,
    );
  // In a block, because tslab prints the value of a cell's last expression.
  const source = ['{', ...names.map((name) => `  ${name} = ${JSON.stringify(parameters[name])};`), '}'].join('\n');
  const injected = codeCell('injected-parameters', source, ['injected-parameters']);
  return { ...notebook, cells: [...cells.slice(0, at + 1), injected, ...cells.slice(at + 1)] };
}

/** The names a parameters cell declares by `let`, one declaration a line. */
const declaredParameters = (cell: Cell): string[] =>
  [...textOf(cell.source).matchAll(/^\s*let\s+([A-Za-z_$][\w$]*)/gm)].map((match) => match[1]!);

/** `name=value` from a command line: the value as JSON where it is, else as text. */
export function parseParameter(text: string): [name: string, value: Parameter] {
  const [, name, value] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text) ?? [];
  check(name && value !== undefined, `Unexpected parameter "${text}"; expected name=value`);
  try {
    const parsed: unknown = JSON.parse(value);
    return [name, isParameter(parsed) ? parsed : value];
  } catch {
    return [name, value];
  }
}

const isParameter = (value: unknown): value is Parameter =>
  ['string', 'number', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.every(isParameter));
