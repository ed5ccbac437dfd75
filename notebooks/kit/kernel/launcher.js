'use strict';
/**
 * The kernel process: `node launcher.js CONNECTION_FILE`, as the kernelspec starts it. Runs the project's own tslab in the
 * repository root, so that a notebook anywhere imports `./lib/index`, with these things added to it:
 *  - project modules are loaded by tsx, as everywhere else in the project, instead of being type-checked and compiled
 *    again by tslab at every import (`tsc` does that job); cells are still checked against their types;
 *  - an edited module is loaded anew when an import is run again;
 *  - `{ seeds }` means an earlier cell's `seeds` too (tslab 1.0.22 leaves it a name that nothing defines), and the `seeds` of
 *    `const { seeds: mine } = run` is a property's name only (tslab makes `exports.seeds` of it);
 *  - a cell that fails says which of its lines led to the error (cells.js), and aborts only what was queued before;
 *    cells are numbered, and errors are told as such (protocol.js);
 *  - `export` declares, ES-only packages can be imported, and reading standard input is an error (cell-*.js);
 *  - an interrupt ends any loop (interrupts.js);
 *  - the process ends when it is told to, whatever cells have left running, and with the one that started it.
 * Plain JavaScript, because nothing has taught Node TypeScript yet when it starts.
 */
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..', '..', '..');
const [connectionFile] = process.argv.slice(2);
if (!connectionFile) {
  console.error('This is a Jupyter kernel: start it from Jupyter, or with `npm start`; it takes a connection file.');
  process.exit(2);
}
const configPath = path.resolve(connectionFile);
process.chdir(root);
require('tsx/cjs');
const { amendExecutor, transpileModule } = require('./cells');
const { amendProtocol } = require('./protocol');
const { watchInterrupts } = require('./interrupts');
// What forks from a notebook understands TypeScript too.
process.execArgv.push('--import', require('node:url').pathToFileURL(require.resolve('tsx')).href);

amendTslab();
amendExecutor(root, watchInterrupts());
amendProtocol();
endWhenTold();
endWithParent();
require('tslab/dist/main').startKernel({ configPath, enableFindLocal: false, jsKernel: false });

/** Gives tslab a TypeScript whose programs are amended as said above. */
function amendTslab() {
  const file = require.resolve('@tslab/typescript-for-tslab', { paths: [require.resolve('tslab')] });
  const ts = require(file);
  const createWatchCompilerHost = (files, options, system, ...rest) => {
    keepTimersApart(system);
    const checked = { ...options, types: ['node'], inlineSourceMap: true };
    const host = ts.createWatchCompilerHost(files, checked, system, ...rest);
    const found = ts.createModuleResolutionCache(root, (file) => file, checked);
    skipInnerPackages(ts, host, system, found);
    let handler;
    Object.defineProperty(host, 'afterProgramCreate', {
      set(given) {
        handler = given;
      },
      get: () => (builder) => {
        found.clear(); // files may come and go
        hideModules(builder);
        seeShorthands(ts, builder.getProgram().getTypeChecker());
        forgetEditedModules();
        handler(builder);
      },
    });
    return host;
  };
  require.cache[file].exports = {
    ...ts,
    createWatchCompilerHost,
    transpileModule: transpileModule(ts),
    visitEachChild: visitReferences(ts),
  };
}

/** tslab has room for one timer, the rebuilding of the program; TypeScript also sets one when files come or go. */
function keepTimersApart(system) {
  const { setTimeout: setRebuild, clearTimeout: clearRebuild } = system;
  const others = new Set();
  system.setTimeout = (callback, milliseconds, ...values) => {
    if (callback.name !== 'invalidateResolutionsOfFailedLookup') return setRebuild(callback, milliseconds, ...values);
    const timer = setTimeout(callback, milliseconds).unref();
    others.add(timer);
    return timer;
  };
  system.clearTimeout = (timer) => (others.delete(timer) ? clearTimeout(timer) : clearRebuild(timer));
}

/**
 * The packages that the project's own modules need within, and that no cell sees in their types, are two thirds of all files to
 * read for a cell: where these modules import them, nothing is known about them. A cell that imports one knows all.
 */
function skipInnerPackages(ts, host, system, found) {
  const inner = /^(@tensorflow|@huggingface|@napi-rs|esbuild|jsdom|markdown-it|sharp)\b/;
  const isCell = (file) => /^__(tslab|prev)__/.test(path.basename(file));
  host.hasInvalidatedResolutions = () => false; // a file's imports are looked up again when it changes, as a cell does
  host.resolveModuleNameLiterals = (literals, from, redirected, options) =>
    literals.map(({ text }) =>
      inner.test(text) && !isCell(from)
        ? { resolvedModule: undefined }
        : ts.resolveModuleName(text, from, options, system, found, redirected),
    );
}

/** Hides the project's own files from tslab's checker and emitter; types and completions still come from them. */
function hideModules(builder) {
  const isModule = (file) => path.resolve(file).startsWith(root + path.sep) && fs.existsSync(file);
  const dependencies = builder.getAllDependencies.bind(builder);
  builder.getAllDependencies = (source) => dependencies(source).filter((file) => !isModule(file));
}

/** tslab asks for the symbol of every name: in `{ seeds }` that of the variable is meant, not of the property. */
function seeShorthands(ts, checker) {
  const symbolAt = checker.getSymbolAtLocation;
  checker.getSymbolAtLocation = (node) =>
    node.parent && ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : symbolAt(node);
}

/** Where tslab puts `exports.seeds` for `seeds`, `{ seeds }` becomes `{ seeds: exports.seeds }`, and `{ seeds: mine }` stays. */
function visitReferences(ts) {
  const propertyName = (node) =>
    ts.isBindingElement(node) ? node.propertyName : ts.isPropertyAssignment(node) ? node.name : undefined;
  return (node, visitor, context) => {
    if (node && ts.isShorthandPropertyAssignment(node)) {
      const value = visitor(node.name);
      return value === node.name ? node : ts.factory.createPropertyAssignment(node.name.text, value);
    }
    const name = node && propertyName(node);
    const visit = (child) => (child === name && ts.isIdentifier(child) ? child : visitor(child));
    return ts.visitEachChild(node, name ? visit : visitor, context);
  };
}

/** When a loaded module of the project has changed on disk, the next import loads all of them anew. */
function forgetEditedModules() {
  const installed = path.join(root, 'node_modules') + path.sep;
  const modules = Object.keys(require.cache).filter(
    (file) => file.startsWith(root + path.sep) && !file.startsWith(installed),
  );
  const edited = modules.some((file) => {
    const changed = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    const loaded = (require.cache[file].loadedFrom ??= changed);
    return changed !== loaded;
  });
  if (edited) for (const file of modules) if (file !== __filename) delete require.cache[file];
}

/** tslab closes its sockets and waits for the rest to end by itself. */
function endWhenTold() {
  const { ZmqServer } = require('tslab/dist/jupyter');
  const { close } = ZmqServer.prototype;
  ZmqServer.prototype.close = function () {
    close.call(this);
    setTimeout(() => process.exit(0), 100);
  };
}

/** A front end that is killed cannot say goodbye: watch for the change of parent. */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 1000).unref();
}
