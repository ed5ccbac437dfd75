import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Kernel } from './kernel/client';
import type { KernelOptions } from './kernel/client';
import { isCode, readNotebook, stringifyNotebook, textOf } from './nbformat';
import type { CodeCell, Notebook, Output } from './nbformat';
import { OutputCollector } from './outputs';
import { injectParameters } from './parameters';
import type { Parameters } from './parameters';

/** What an execution reports while it runs; cells are counted from 1, code cells only. */
export type Progress = { readonly cell: number; readonly cells: number; readonly source: string } & (
  | { readonly type: 'start' }
  | { readonly type: 'end'; readonly seconds: number }
  | { readonly type: 'output'; readonly output: Output | undefined }
);

export interface ExecuteOptions extends KernelOptions {
  readonly parameters?: Parameters;
  readonly onProgress?: (progress: Progress) => void;
  /** Seconds one cell may run; unlimited unless given. */
  readonly cellTimeout?: number;
}

/** A cell failed, or the kernel with it. The message holds the cell's source and what it wrote to stderr. */
export class CellError extends Error {
  override readonly name = 'CellError';
  /** The message says it all: no stack is shown. */
  readonly withoutStack = true;
  constructor(
    readonly cell: number,
    readonly source: string,
    readonly stderr: string,
    cause?: unknown,
  ) {
    const why = cause instanceof Error ? `${cause.message}\n${stderr}` : stderr;
    super(`Cell ${cell} failed:\n\n${indent(source)}\n\n${why.trim() || 'It wrote nothing to stderr.'}`, { cause });
  }
}

/**
 * Executes a notebook's code cells in order, in a kernel of their own, and keeps what they put out. The notebook given
 * is not changed; `onNotebook` gets the one that is being executed, for those who want it even if a cell fails.
 * @throws CellError at the first cell that fails, InputError for parameters that the notebook does not declare.
 */
export async function executeNotebook(
  notebook: Notebook,
  options: ExecuteOptions = {},
  onNotebook: (executed: Notebook) => void = () => undefined,
): Promise<Notebook> {
  const executed = structuredClone(injectParameters(notebook, options.parameters ?? {}));
  const codeCells = executed.cells.filter(isCode);
  for (const cell of codeCells) Object.assign(cell, { outputs: [], execution_count: null });
  onNotebook(executed);
  const kernel = await Kernel.start({ ...options, env: { NOTEBOOK_HEADLESS: '1', ...options.env } });
  try {
    const collector = new OutputCollector();
    for (const [i, cell] of codeCells.entries()) {
      const where = { cell: i + 1, cells: codeCells.length, source: textOf(cell.source) };
      const report = (event: { type: 'start' } | { type: 'output'; output: Output | undefined }): void =>
        options.onProgress?.({ ...where, ...event });
      kernel.onOutput = (message) => {
        collector.add(message);
        report({ type: 'output', output: cell.outputs.at(-1) });
      };
      report({ type: 'start' });
      const start = performance.now();
      await executeCell(kernel, cell, collector, where.cell, options.cellTimeout);
      options.onProgress?.({ ...where, type: 'end', seconds: (performance.now() - start) / 1000 });
    }
  } finally {
    await kernel.shutdown();
  }
  return executed;
}

async function executeCell(
  kernel: Kernel,
  cell: CodeCell,
  collector: OutputCollector,
  number: number,
  timeout?: number,
): Promise<void> {
  const source = textOf(cell.source);
  if (!source.trim()) return;
  const fail = (cause?: unknown): never => {
    throw new CellError(number, source, stderrOf(cell.outputs), cause);
  };
  const reply = await kernel.execute(source, (id) => collector.open(id, cell.outputs), timeout).catch(fail);
  cell.execution_count = typeof reply['execution_count'] === 'number' ? reply['execution_count'] : null;
  if (reply['status'] !== 'ok') fail();
}

/** The same from file to file; what was executed is written even if a cell fails. @returns the executed notebook. */
export async function executeFile(input: string, output: string, options: ExecuteOptions = {}): Promise<Notebook> {
  let executed: Notebook | undefined;
  try {
    return await executeNotebook(readNotebook(input), options, (notebook) => (executed = notebook));
  } finally {
    if (executed) {
      mkdirSync(path.dirname(output), { recursive: true });
      writeFileSync(output, stringifyNotebook(executed));
    }
  }
}

const stderrOf = (outputs: readonly Output[]): string =>
  outputs
    .map((output) => {
      if (output.output_type === 'error') return output.traceback.join('\n');
      return output.output_type === 'stream' && output.name === 'stderr' ? textOf(output.text) : '';
    })
    .join('');

const indent = (text: string): string => text.replace(/^/gm, '    ');
