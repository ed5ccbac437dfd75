import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import ts from 'typescript';
import { repositoryRoot } from '../lib/root';
import { checkTypes } from '../notebooks/kit/check-types';
import { codeCell } from '../notebooks/kit/nbformat';
import { createNotebook } from './notebooks/cells';

const { values, examples } = exportsOf(path.join(repositoryRoot, 'lib', 'index.ts'));

/** What examples take as given: what a strategy is asked with, a study's records, and what readers would bring. */
const given = `
import { ${values.join(', ')} } from './lib/index';
import type { Images } from './lib/data/dataset';
import type { FittedModel, LearningTask, Matrix, QueryContext, RoundRecord, Strategy } from './lib/index';
declare const context: QueryContext;
declare const records: RoundRecord[];
declare const labelOf: (image: number) => string;
declare const meansOf: (images: Images) => Matrix;
declare const mostlyRight: (classes: number, right: number) => Matrix;
declare const myModel: (task: LearningTask) => FittedModel;
type Chosen = { measure: 'margin' | 'entropy'; most: number; weakShare: number };
declare const myStrategy: (values: Chosen) => Omit<Strategy, 'name' | 'buys'>;
`;

const broken = { of: 'broken', text: `const ok = matrix(1, 2);\nmatrix(1);\nexport default matrix(1, '2');` };
const faults = faultsOf([...examples, broken]);

test('every @example of what lib/index exports compiles', () => {
  assert.deepEqual(
    faults.filter((fault) => !fault.startsWith('broken')),
    [],
  );
});

test('an @example that does not compile is told with the name of its export and the line', () => {
  assert.deepEqual(
    faults.flatMap((fault) => /^(broken, line \d): .*(TS\d+)/.exec(fault)?.slice(1) ?? []),
    ['broken, line 2', 'TS2554', 'broken, line 3', 'TS2345'],
  );
});

test('every value that lib/index exports is used in an @example, but those whose names say all', () => {
  const code = examples.map(({ text }) => text.replace(/\/\/.*|'[^']*'|const \{[^}]*\}/g, '')).join('\n');
  const unused = values.filter((name) => !new RegExp(`(?<![.\\w])${name}\\b(?!:)`).test(code));
  assert.deepEqual(unused.sort(), ['fullAndWeak', 'mean', 'softmaxRows', 'typefaces']);
});

/** The names of the values that a module exports, and the examples in their docstrings. */
function exportsOf(file: string) {
  const host = ts.createCompilerHost({});
  // Packages are not read: they have no say in what is exported
  const ours = { ...host, directoryExists: (folder: string) => !folder.includes('node_modules') };
  const program = ts.createProgram([file], { noLib: true, types: [] }, ours);
  const checker = program.getTypeChecker();
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!)
    .filter(({ declarations }) => !declarations!.some(ts.isTypeOnlyImportOrExportDeclaration));
  const found = exported.flatMap((symbol) => {
    const tags = checker.getAliasedSymbol(symbol).getJsDocTags();
    return tags
      .filter(({ name }) => name === 'example')
      .map(({ text }) => ({ of: symbol.name, text: ts.displayPartsToString(text) }));
  });
  return { values: exported.map(({ name }) => name), examples: found };
}

/** What is wrong with examples, each the body of a function: all in one program, as notebooks are checked. */
function faultsOf(list: readonly { of: string; text: string }[]): string[] {
  const notebooks = list.map(({ text }) => {
    const body = `async () => {\n${text.replace(/^export default/m, 'return')}\n};`;
    return createNotebook([codeCell('given', given), codeCell('example', body)]);
  });
  const found = checkTypes(notebooks);
  return found.flatMap((some, i) => some.map(({ line, message }) => `${list[i]!.of}, line ${line - 1}: ${message}`));
}
