'use strict';
/**
 * How cells run. What a cell's last line is worth is shown as `notebooks/kit/last-value.ts` knows to. What a cell that fails
 * says: the error's message, and the lines of the cells (and of the project) that led to it, instead of the kernel's own stack. tslab compiles a cell twice and keeps no source maps; here both steps make one, by which lines are found.
 */
const { SourceMap } = require('node:module');
const path = require('node:path');
const { format, types } = require('node:util');
const { exportedStar, importsOf, withoutExports, withReadyImports } = require('./cell-syntax');
const { amendGlobals, loadModules } = require('./cell-modules');
const { setImmediate: nextTurn } = require('node:timers/promises');
const vm = require('node:vm');

/** Lines of a stack that are shown at the most. */
const mostFrames = 6;
const comment = /\n?\/\/# sourceMappingURL=(?:data:application\/json;base64,)?(\S+)\s*$/;

/** tslab puts a line before every cell's. */
const linesBefore = 1;

/** tslab overlooks this kind of await, and would run the cell as one without. */
const awaitsInLoop = /\bfor\s+await\b/;

/** Cells that ran, by number: their lines, and from compiled places to those lines. */
const cells = new Map();
let count = 0;
let maps = [];

/** TypeScript's `transpileModule`, tslab's second step, which notes the source maps of both steps. */
const transpileModule = (ts) => (code, options) => {
  const [, first] = comment.exec(code) ?? [];
  const compilerOptions = { ...options.compilerOptions, sourceMap: true };
  const transformers = { before: [withReadyImports] };
  const result = ts.transpileModule(code.replace(comment, ''), { ...options, compilerOptions, transformers });
  const steps = [result.sourceMapText, first && Buffer.from(first, 'base64').toString()];
  maps = steps.every(Boolean) ? steps.map((text) => new SourceMap(JSON.parse(text))) : [];
  return { ...result, outputText: result.outputText.replace(comment, '') };
};

/**
 * Makes tslab's executor tell errors briefly, show last values, and protect from interrupts all that is not a cell's own
 * code; compiled cells carry their number.
 * @param root the project's folder. @param interrupts what `watchInterrupts` returned.
 */
function amendExecutor(root, interrupts) {
  const executors = require('tslab/dist/executor');
  const { createExecutor } = executors;
  executors.createExecutor = (folder, converters, console) => {
    let [last, errors] = [undefined, []];
    const error = (...words) => void errors.push(words); // thrown by a cell, or what its types lack, a line each
    const log = (value) => void (last = { value }); // tslab logs a cell's last value, and nothing else
    const executor = createExecutor(folder, converters, { ...console, error, log });
    amendGlobals(root);
    const execute = async (text) => {
      const source = withoutExports(text);
      cells.set(++count, { lines: source.split('\n'), maps: [] });
      [last, errors] = [undefined, []];
      const star = exportedStar(text);
      if (star) {
        const message = `A cell exports what it declares, for the later ones; instead of "${star}" import the names`;
        error(Object.assign(new Error(message), { name: 'InputError', stack: '' }));
        return false;
      }
      await loadModules(importsOf(source), root);
      await nextTurn(); // so that cutting off the cell drops no promise reaction of the kernel's own
      const done = await kept(() => executor.execute(awaitsInLoop.test(source) ? `await null; ${source}` : source));
      if (done) for (const words of errors) console.error(...words);
      if (last && !(await isShown(last.value))) console.log(last.value);
      return done;
    };
    const failure = () => failureOf(errors, root);
    const inspect = (source, at) => kept(() => executor.inspect(withoutExports(source), at));
    const complete = (source, at) => kept(() => executor.complete(withoutExports(source), at));
    return { ...executor, execute, failure, inspect, complete };
  };
  /** What begins with the kernel's own work, up to a cell's. */
  const kept = (work) => {
    interrupts.begin();
    try {
      return work();
    } finally {
      interrupts.end();
    }
  };
  const { runInThisContext } = vm;
  vm.runInThisContext = (code, options) => {
    const cell = cells.get(count);
    if (!cell || !options?.breakOnSigint) return runInThisContext(code, options);
    cell.maps = maps;
    interrupts.end();
    return runInThisContext(code, { ...options, filename: `cell [${count}]` });
  };
}

/** Whether the project knew how to show it. */
async function isShown(value) {
  if (typeof value !== 'object') return false;
  try {
    return await require('../last-value').showValue(value);
  } catch {
    return false; // then its fields are
  }
}

/** What a cell failed of, in the protocol's words: { ename, evalue, traceback }, the traceback whole lines that say it all. */
function failureOf(errors, root) {
  const [[thrown, ...more] = []] = errors;
  if (more.length) {
    const traceback = errors.map((words) => format(...words));
    return { ename: 'TypeScript', evalue: traceback[0], traceback };
  }
  if (!types.isNativeError(thrown)) return { ename: 'Thrown', evalue: '', traceback: [format(thrown)] };
  if (thrown.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' || thrown.message === 'Interrupted asynchronously')
    return { ename: 'Interrupted', evalue: '', traceback: ['Interrupted'] };
  return { ename: thrown.name, evalue: thrown.message, traceback: linesOf(thrown, root) };
}

/** An error as a cell shows it. */
function linesOf(error, root) {
  const brief = error.name === 'InputError' || 'withoutStack' in error;
  const frames = (error.stack ?? '').split('\n').flatMap((line) => frameOf(line, root));
  const shown = brief ? frames.filter(({ inCell }) => inCell) : frames;
  const places = [...new Set(shown.map(({ words }) => `    ${words}`))];
  const lines = [`${error.name}: ${error.message}`, ...places.slice(0, mostFrames)];
  if (error.cause instanceof Error) lines.push(`Caused by ${error.cause.name}: ${error.cause.message}`);
  return lines;
}

/** A line of a stack, if it lies in a cell or in the project. */
function frameOf(line, root) {
  const [, name = '', file, row, column] = /^\s+at (?:async )?(?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(line) ?? [];
  const cell = /^cell \[(\d+)\]$/.exec(file ?? '');
  if (cell) return cellFrame(Number(cell[1]), Number(row), Number(column));
  const place = path.relative(root, (file ?? '').replace(/^file:\/\//, ''));
  if (
    !file ||
    !path.isAbsolute(file.replace(/^file:\/\//, '')) ||
    /^\.\.|^node_modules|^notebooks.kit.kernel/.test(place)
  )
    return [];
  return [{ inCell: false, words: `${place}, line ${row}${name ? ` (${name})` : ''}` }];
}

function cellFrame(number, row, column) {
  const { lines, maps: steps } = cells.get(number) ?? { lines: [], maps: [] };
  let [line, place] = [row - 1, column - 1];
  for (const map of steps) {
    const { originalLine, originalColumn } = map.findEntry(line, place);
    if (originalLine === undefined) return [];
    [line, place] = [originalLine, originalColumn];
  }
  const source = lines[line - linesBefore];
  if (source === undefined) return [];
  return [{ inCell: true, words: `cell [${number}], line ${line - linesBefore + 1}:  ${source.trim()}` }];
}

module.exports = { amendExecutor, transpileModule };
