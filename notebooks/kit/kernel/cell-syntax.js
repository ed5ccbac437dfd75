'use strict';
/** What a cell's text says before tslab compiles it. */
const { getCodeMetadata } = require('tslab/dist/metadata');
const ts = require(require.resolve('@tslab/typescript-for-tslab', { paths: [require.resolve('tslab')] }));

const parse = (source) => ts.createSourceFile('cell.tsx', source, ts.ScriptTarget.Latest, true);

/**
 * A cell without the word `export` before declarations, and without lists of local exports: tslab exports every declaration
 * itself. Blanks take their place, so that lines and columns stay. Cells that are modules (`@module`) keep theirs.
 */
function withoutExports(source) {
  if (!/\bexport\b/.test(source) || getCodeMetadata(source).module) return source;
  const blank = (text, { pos, end }) => text.slice(0, pos) + text.slice(pos, end).replace(/\S/g, ' ') + text.slice(end);
  return parse(source)
    .statements.flatMap((statement) => {
      const isList = ts.isExportDeclaration(statement) && !statement.moduleSpecifier;
      if (isList) return { pos: statement.getStart(), end: statement.end };
      const words = statement.modifiers ?? [];
      if (words.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return [];
      return words
        .filter(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
        .map((word) => ({ pos: word.getStart(), end: word.end }));
    })
    .reduce(blank, source);
}

/** The names of modules that a cell imports, by `import`, `export from` or `import()` of a plain string. */
function importsOf(source) {
  if (!/\b(import|export)\b/.test(source)) return [];
  const names = new Set();
  const visit = (node) => {
    const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const name = isCall ? node.arguments[0] : node.moduleSpecifier;
    if (name && ts.isStringLiteralLike(name)) names.add(name.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(source));
  return [...names];
}

/** What a cell exports that it does not declare, "export * from './lib/index'"; undefined where there is none. */
function exportedStar(source) {
  if (!/\bexport\s*\*/.test(source) || getCodeMetadata(source).module) return undefined;
  return parse(source)
    .statements.find((statement) => ts.isExportDeclaration(statement) && !statement.exportClause)
    ?.getText();
}

/**
 * Before compiled code is made CommonJS, `import.meta` becomes `__tslab__.meta`, and `import(name)` of a name that is computed becomes
 * `__tslab__.ready(name).then((name) => import(name))`: what cannot be required is then loaded first (cell-modules.js).
 */
const withReadyImports = (context) => (file) => {
  const { factory } = context;
  const visit = (node) => {
    const member = (object, name) => factory.createPropertyAccessExpression(object, name);
    const tslab = member(factory.createIdentifier('globalThis'), '__tslab__');
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return member(tslab, 'meta');
    const seen = ts.visitEachChild(node, visit, context);
    const isImport = ts.isCallExpression(seen) && seen.expression.kind === ts.SyntaxKind.ImportKeyword;
    if (!isImport || ts.isStringLiteralLike(seen.arguments[0])) return seen;
    const call = (called, ...words) => factory.createCallExpression(called, undefined, words);
    const name = factory.createUniqueName('name');
    const load = factory.createArrowFunction(
      ...[undefined, undefined, [factory.createParameterDeclaration(undefined, undefined, name)], undefined, undefined],
      factory.updateCallExpression(seen, seen.expression, undefined, [name]),
    );
    return call(member(call(member(tslab, 'ready'), seen.arguments[0]), 'then'), load);
  };
  return ts.visitNode(file, visit);
};

module.exports = { exportedStar, importsOf, withReadyImports, withoutExports };
