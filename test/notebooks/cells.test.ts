import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { executeNotebook } from '../../notebooks/kit/execute';
import { Kernel } from '../../notebooks/kit/kernel/client';
import { codeCell, textOf } from '../../notebooks/kit/nbformat';
import { createNotebook } from './cells';
import type { CodeCell } from '../../notebooks/kit/nbformat';
import { repositoryRoot } from '../../lib/root';

const name = `es-only-${process.pid}`;
const folder = path.join(repositoryRoot, 'node_modules', name);

before(() => {
  mkdirSync(folder, { recursive: true });
  const exports = { '.': { import: './index.js' }, './awaits': { import: './awaits.js' } };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
  writeFileSync(path.join(folder, 'index.js'), 'export default (text) => text.length;\nexport const two = 2;');
  writeFileSync(path.join(folder, 'awaits.js'), 'export const three = await Promise.resolve(3);');
});
after(() => rmSync(folder, { recursive: true }));

/** What the last of the cells wrote, whole. */
const run = async (...sources: string[]): Promise<string> => {
  const cells = sources.map((source, i) => codeCell(`c${i + 1}`, source));
  const executed = await executeNotebook(createNotebook(cells), { cellTimeout: 60 });
  const { outputs } = executed.cells.at(-1) as CodeCell;
  return outputs.map((output) => ('text' in output ? textOf(output.text) : '')).join('');
};

test('export in a cell declares, for this cell and the later ones', async () => {
  const declares = `export function f(x: number) { return x + 1; }
export interface I { a: number }
const local = 5;
export { local };
export const z = 4;
export default (s: string) => [...s].length;`;
  assert.equal(await run(declares, `const i: I = { a: f(z) + local };\nconsole.log(i.a)`), '10\n');
});

test('packages that are ES modules only are imported, by import and await import, with what they await', async () => {
  const source = `import length, { two } from '${name}';
const again = await import('${name}');
const { three } = await import('${name}/awaits');
console.log(length('abcd'), two, again.default('ab'), three);`;
  assert.equal(await run(source), '4 2 2 3\n');
});

test('a name that is computed is imported as a written one is: ES-only packages, files, modules of the project', async () => {
  const source = `const name = (part: string) => '${name.slice(0, -1)}' + '${name.slice(-1)}' + part;
const length = await import(name(''));
const names = ['/awaits', ''].map(async (part) => Object.keys(await import(name(part))).includes('default'));
const path = await import(['node', 'path'].join(':'));
const random = await import('./lib/' + 'random');
console.log(length.default('abcd'), await Promise.all(names), path.default.sep, typeof random.createRandom);`;
  assert.equal(await run(source), `4 [ false, true ] ${path.sep} function\n`);
});

test('a property of an earlier cell’s value is taken apart under another name, in parameters, declarations and assignments', async () => {
  const earlier = `const runs = [{ seeds: [1, 2], from: { rate: 0.5 } }];
const total = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0);`;
  const later = `const { seeds: first, from: { rate: slow } } = runs[0]!;
let last: number[] = [];
for (const run of runs) ({ seeds: last } = run);
console.log(runs.map(({ seeds: own, from: { rate: speed = 1 } }) => total(own) * speed), first, slow, last);`;
  assert.equal(await run(earlier, later), '[ 1.5 ] [ 1, 2 ] 0.5 [ 1, 2 ]\n');
});

test('__dirname in a cell is the repository, from which cells import', async () => {
  assert.equal(await run('console.log(__dirname, typeof __filename)'), `${repositoryRoot} string\n`);
});

test('import.meta in a cell tells where it is; what a cell cannot export is told in words', async () => {
  const kernel = await Kernel.start();
  try {
    let text = '';
    kernel.onOutput = ({ content }) => (text += (content['text'] ?? content['evalue'] ?? '') as string);
    await kernel.execute(`console.log(import.meta.url);\nimport.meta.dirname === __dirname`, () => undefined, 60);
    assert.equal(text, `${pathToFileURL(path.join(repositoryRoot, 'cell.ts')).href}\ntrue\n`);
    text = '';
    await kernel.execute(`export * from './lib/random';`, () => undefined, 60);
    assert.match(text, /^A cell exports what it declares, .*instead of "export \* from '\.\/lib\/random';" import/);
  } finally {
    await kernel.shutdown();
  }
});

test('reading standard input is an error that says what to do instead', async () => {
  const asks = `import { readFileSync } from 'fs';
import { createInterface } from 'readline';
const said = (read: () => unknown) => { try { return read(); } catch (error) { return (error as Error).message; } };
console.log([() => readFileSync(0), () => createInterface({ input: process.stdin })].map(said).join('\\n'));`;
  const said = (await run(asks)).trimEnd().split('\n');
  assert.equal(said.length, 2);
  for (const words of said) assert.match(words, /cannot read standard input.*set a variable instead/);
});

test('a failing cell aborts what is queued, not what comes after its reply, and nothing if told not to stop', async () => {
  const kernel = await Kernel.start();
  const send = async (code: string, stop_on_error = true): Promise<unknown> => {
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    return (await kernel.ask('execute_request', { ...content, stop_on_error }))['status'];
  };
  try {
    assert.deepEqual(await Promise.all([send(`throw new Error('a')`), send('1')]), ['error', 'aborted']);
    assert.equal(await send('2'), 'ok');
    assert.deepEqual(await Promise.all([send(`throw new Error('b')`, false), send('3')]), ['error', 'ok']);
  } finally {
    await kernel.shutdown();
  }
});
