import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CellError, executeFile, executeNotebook as executeUnlimited } from '../../notebooks/kit/execute';
import type { ExecuteOptions, Progress } from '../../notebooks/kit/execute';
import { headlinesOf } from '../../notebooks/kit/headline';
import { codeCell, findFaults, readNotebook, stringifyNotebook } from '../../notebooks/kit/nbformat';
import { createNotebook, markdownCell } from './cells';
import type { CodeCell, Notebook, Output } from '../../notebooks/kit/nbformat';
import { createRandom } from '../../lib/random';
import { repositoryRoot } from '../../lib/root';
import { scratchFolder } from '../scratch';

/** With a limit, so that a cell that never ends fails in words instead of keeping the tests waiting. */
const executeNotebook = (given: Notebook, options: ExecuteOptions = {}): Promise<Notebook> =>
  executeUnlimited(given, { cellTimeout: 60, ...options });

const notebook = (...sources: string[]): Notebook =>
  createNotebook(sources.map((source, i) => codeCell(`c${i + 1}`, source)));
const outputsOf = (executed: Notebook, id: string): Output[] =>
  (executed.cells.find((cell) => cell.id === id) as CodeCell).outputs;
const textsOf = (executed: Notebook, id: string): unknown =>
  outputsOf(executed, id).map((output) =>
    'text' in output ? output.text : 'data' in output ? output.data['text/plain'] : '',
  );

const failure = async (run: Promise<unknown>): Promise<CellError> => {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CellError, `expected a CellError, got ${String(error)}`);
  return error;
};

describe('executing a good notebook', () => {
  const progress: Progress[] = [];
  let given: Notebook;
  let executed: Notebook;
  before(async () => {
    given = createNotebook([
      markdownCell('title', '# A study'),
      codeCell(
        'imports',
        `import { createRandom } from './lib/random';\nimport { headline, liveDisplay, progress, table } from './notebooks/kit/index';`,
      ),
      codeCell('parameters', `let profile = 'quick';\nlet seeds = 3;`, ['parameters']),
      codeCell('use', `console.log(profile, seeds);\nconst shorthand = { profile, seeds };`),
      codeCell('lib', `console.log(createRandom(0).uniform(), shorthand.seeds);`),
      codeCell(
        'updates',
        `const shown = liveDisplay({ data: { 'text/plain': 'before' } });\nawait new Promise((done) => setTimeout(done, 5));`,
      ),
      codeCell('later', `shown.update({ data: { 'text/plain': 'after' } });`),
      codeCell('streams', `console.log('one');\nconsole.log('two');\nconsole.error('three');`),
      codeCell('shows', `table([{ a: 1 }]);\nprogress(2).finish();\nheadline('Accuracy', 0.123456);`),
      codeCell('value', `const x = 40;\nx + 2`),
      codeCell(
        'forks',
        `import { fork } from 'child_process';\nawait new Promise((done) => fork('test/notebooks/child.ts').on('message', (m) => done(console.log(m))));`,
      ),
      codeCell('packages', `import { Matrix } from 'ml-matrix';\nMatrix.eye(2).trace()`),
      codeCell('empty', ''),
    ]);
    executed = await executeNotebook(given, {
      parameters: { profile: 'full', seeds: 5 },
      onProgress: (event) => progress.push(event),
    });
  });

  test('parameters are set in a cell of their own after the one that declares them', () => {
    const at = executed.cells.findIndex((cell) => cell.id === 'parameters');
    assert.deepEqual(executed.cells[at + 1]!.metadata.tags, ['injected-parameters']);
    assert.deepEqual(outputsOf(executed, 'injected-parameters'), []);
    assert.deepEqual(textsOf(executed, 'use'), ['full 5\n']);
  });

  test('cells import the project and npm packages, and see earlier variables in shorthand properties', () => {
    assert.deepEqual(textsOf(executed, 'lib'), [`${createRandom(0).uniform()} 5\n`]);
    assert.deepEqual(textsOf(executed, 'packages'), ['2\n']);
  });

  test('a display is updated in the cell that showed it, even by a later cell', () => {
    assert.deepEqual(textsOf(executed, 'updates'), ['after']);
    assert.deepEqual(outputsOf(executed, 'later'), []);
  });

  test('text on one stream is one output', () => {
    assert.deepEqual(outputsOf(executed, 'streams'), [
      { output_type: 'stream', name: 'stdout', text: 'one\ntwo\n' },
      { output_type: 'stream', name: 'stderr', text: 'three\n' },
    ]);
  });

  test('a cell that ends in an expression shows its value', () =>
    assert.deepEqual(textsOf(executed, 'value'), ['42\n']));

  test('a process forked from a cell understands TypeScript', () =>
    assert.deepEqual(textsOf(executed, 'forks'), ['from TypeScript\n']));

  test('headlines can be read from the executed notebook', () =>
    assert.deepEqual(headlinesOf(executed), [{ name: 'Accuracy', value: '0.1235' }]));

  test('the result is valid nbformat 4.5, numbered in the order of execution', () => {
    assert.deepEqual(findFaults(JSON.parse(stringifyNotebook(executed))), []);
    const counts = executed.cells.flatMap((cell) => (cell.cell_type === 'code' ? [cell.execution_count] : []));
    assert.deepEqual(counts, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, null]);
  });

  test('the notebook given is not changed', () =>
    assert.ok(given.cells.every((cell) => !('outputs' in cell) || !cell.outputs.length)));

  test('progress tells the start and the end of every cell', () => {
    const of = (type: Progress['type']): number[] =>
      progress.filter((event) => event.type === type).map(({ cell }) => cell);
    const all = Array.from({ length: 13 }, (_, i) => i + 1);
    assert.deepEqual(of('start'), all);
    assert.deepEqual(of('end'), all);
    assert.ok(of('output').length > 5);
  });
});

describe('executing a notebook that fails', { concurrency: 2 }, () => {
  let folder: string;
  before(() => (folder = scratchFolder('execute')));
  after(() => rmSync(folder, { recursive: true }));

  test('the error holds the cell, its source and its stderr; what was executed is written, and no later cell runs', async () => {
    const [input, output] = [path.join(folder, 'in.ipynb'), path.join(folder, 'deep', 'out.ipynb')];
    const source = `console.log('so far');\nthrow new Error('this is why');`;
    writeFileSync(input, stringifyNotebook(notebook(`const a = 1;`, source, `console.log('never')`)));
    const error = await failure(executeFile(input, output, { cellTimeout: 60 }));
    assert.equal(error.cell, 2);
    assert.equal(error.source, source);
    assert.match(error.stderr, /Error: this is why/);
    assert.ok(
      error.message.includes(`throw new Error('this is why')`) && error.message.includes('Error: this is why\n'),
    );
    const written = readNotebook(output);
    assert.deepEqual(outputsOf(written, 'c2')[0], { output_type: 'stream', name: 'stdout', text: 'so far\n' });
    assert.deepEqual(outputsOf(written, 'c3'), []);
  });

  test('code that does not type-check fails with the message of the compiler', async () => {
    const error = await failure(executeNotebook(notebook(`const n: number = 'text';`)));
    assert.match(error.stderr, /Type 'string' is not assignable to type 'number'/);
  });

  test('packages whose types the project keeps to itself are checked in cells that import them, and in later ones', async () => {
    const imports = `import * as tf from '@tensorflow/tfjs-core';\nconst rank = tf.TensorBuffer.prototype;`;
    const error = await failure(executeNotebook(notebook(imports, `const n: number = rank;`)));
    assert.equal(error.cell, 2);
    assert.match(error.stderr, /Type 'TensorBuffer<.*>' is not assignable to type 'number'/);
  });

  test('a kernel that dies is told as such, with what it wrote last', async () => {
    const dies = `require('fs').writeSync(2, 'last words');\nprocess.exit(7);`;
    const error = await failure(executeNotebook(notebook(`const a = 1;`, dies)));
    assert.equal(error.cell, 2);
    assert.match(error.message, /The kernel ended with exit code 7; it wrote last:\nlast words/);
  });

  test('a cell that runs too long is told as such, and its kernel is ended', async () => {
    const endless = `console.log(process.pid);\nawait new Promise(() => setTimeout(() => { while (true); }, 100));`;
    let pid = 0;
    const onProgress = (event: Progress): void => {
      if (event.type === 'output' && event.output && 'text' in event.output) pid = Number(event.output.text);
    };
    const error = await failure(executeNotebook(notebook(endless), { cellTimeout: 1.5, onProgress }));
    assert.match(error.message, /ran longer than its 1.5 seconds/);
    assert.ok(pid > 0);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  test('a kernel that cannot start, or says nothing, is told as such', async () => {
    const absent = executeNotebook(notebook('1'), { command: ['/nonexistent/node'] });
    await assert.rejects(absent, /Cannot start the kernel: .*ENOENT/);
    const silent = executeNotebook(notebook('1'), {
      command: [process.execPath, '-e', 'setInterval(() => 0, 1000)'],
      startTimeout: 0.5,
    });
    await assert.rejects(silent, /did not answer within 0.5 seconds/);
  });

  test('kernels leave no files behind, over sockets or over ports', async () => {
    const executed = await executeNotebook(notebook(`console.log(process.argv[2] ?? '')`), { transport: 'tcp' });
    const [file] = textsOf(executed, 'c1') as string[];
    assert.match(file!, /connection\.json/);
    assert.ok(!existsSync(path.dirname(file!.trim())));
  });
});

test('an edited module is loaded anew when it is imported again, and files that come and go disturb nobody', async () => {
  mkdirSync(path.join(repositoryRoot, 'data'), { recursive: true });
  const folder = mkdtempSync(path.join(repositoryRoot, 'data', 'edited-'));
  try {
    const [name, inner] = [path.basename(folder), path.join(folder, 'inner', 'index.ts')];
    mkdirSync(path.dirname(inner));
    writeFileSync(path.join(folder, 'module.ts'), `export * from './inner';`);
    writeFileSync(inner, 'export const value = 1;');
    const source = `import { value } from './data/${name}/module';\nconsole.log(value);`;
    const edit = `const fs = require('fs');
      fs.writeFileSync(${JSON.stringify(inner)}, 'export const value = 22;');
      fs.mkdirSync(${JSON.stringify(path.join(folder, 'other'))});
      fs.writeFileSync(${JSON.stringify(path.join(folder, 'other', 'file.ts'))}, '');
      await new Promise((done) => setTimeout(done, 1500));`;
    const executed = await executeNotebook(notebook(source, edit, source));
    assert.deepEqual(
      ['c1', 'c2', 'c3'].map((id) => textsOf(executed, id)),
      [['1\n'], [], ['22\n']],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
