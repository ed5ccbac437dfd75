import path from 'node:path';
import ts from 'typescript';
import { isCode, textOf } from './nbformat';
import type { Notebook } from './nbformat';
import { repositoryRoot } from '../../lib/root';

/** A type error in a notebook, where its author sees it. */
export interface Fault {
  /** Counted from 1, code cells only. */
  readonly cell: number;
  /** Line of the cell, from 1. */
  readonly line: number;
  readonly message: string;
}

/**
 * Checks notebooks' code as strictly as the rest of the project: each one's cells, joined to a module in the repository root,
 * where the kernel runs. tslab itself checks them loosely.
 * @returns the faults of each notebook, in order.
 */
export function checkTypes(notebooks: readonly Notebook[]): Fault[][] {
  const modules = new Map(
    notebooks.map((notebook, i) => [path.join(repositoryRoot, `__notebook_${i}__.ts`), joinCells(notebook)]),
  );
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => modules.has(path.normalize(file)) || fileExists(file);
  host.readFile = (file) => modules.get(path.normalize(file))?.text ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = modules.get(path.normalize(file))?.text;
    return text === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, text, rest[0]);
  };
  const program = ts.createProgram([...modules.keys()], options, host);
  return [...modules].map(([file, { starts }]) => {
    const source = program.getSourceFile(file);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return diagnostics.map((diagnostic) => toFault(diagnostic, source!, starts));
  });
}

/** The project's, but cells may await, and leave a variable for later exploration. */
function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(repositoryRoot, 'tsconfig.json'), ts.sys.readFile) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repositoryRoot);
  return { ...options, module: ts.ModuleKind.ESNext, noUnusedLocals: false, noUnusedParameters: false };
}

/** Code cells one after another, and the line (from 0) at which each starts. */
function joinCells(notebook: Notebook): { text: string; starts: number[] } {
  const starts: number[] = [];
  const lines = ['export {};'];
  for (const cell of notebook.cells.filter(isCode)) {
    starts.push(lines.length);
    lines.push(...textOf(cell.source).split('\n'));
  }
  return { text: lines.join('\n'), starts };
}

function toFault(diagnostic: ts.Diagnostic, source: ts.SourceFile, starts: readonly number[]): Fault {
  const { line } = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
  const index = starts.filter((start) => start <= line).length - 1;
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
  return { cell: index + 1, line: line - (starts[index] ?? 0) + 1, message: `${message} (TS${diagnostic.code})` };
}
