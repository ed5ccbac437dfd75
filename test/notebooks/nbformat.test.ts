import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeCell, findFaults, readNotebook } from '../../notebooks/kit/nbformat';
import { createNotebook, markdownCell } from './cells';
import type { CodeCell, Notebook } from '../../notebooks/kit/nbformat';
import { injectParameters, parseParameter } from '../../notebooks/kit/parameters';

const faultsAfter = (spoil: (cell: Record<string, unknown>, notebook: Record<string, unknown>) => void): string => {
  const notebook = JSON.parse(JSON.stringify(createNotebook([codeCell('a', 'x'), markdownCell('b', 'y')]))) as Notebook;
  spoil(notebook.cells[0] as unknown as Record<string, unknown>, notebook as unknown as Record<string, unknown>);
  return findFaults(notebook).join('; ');
};

test('findFaults(notebook) finds nothing in a valid one and names the cell and the rule in others', () => {
  assert.equal(
    faultsAfter(() => undefined),
    '',
  );
  assert.match(
    faultsAfter((_, notebook) => (notebook['nbformat_minor'] = 4)),
    /nbformat is 4\.4, not 4\.5/,
  );
  assert.match(
    faultsAfter((cell) => delete cell['id']),
    /cell 1: id undefined/,
  );
  assert.match(
    faultsAfter((cell) => (cell['id'] = 'b')),
    /cell 2: id "b" occurs twice/,
  );
  assert.match(
    faultsAfter((cell) => (cell['id'] = 'a b')),
    /cell 1: id "a b"/,
  );
  assert.match(
    faultsAfter((cell) => delete cell['execution_count']),
    /cell 1: execution_count/,
  );
  assert.match(
    faultsAfter((cell) => (cell['source'] = 1)),
    /cell 1: source/,
  );
  assert.match(
    faultsAfter((cell) => (cell['cell_type'] = 'markdown')),
    /cell 1: text with outputs/,
  );
  for (const output of [
    { output_type: 'stream', name: 'log', text: '' },
    { output_type: 'display_data', data: {} },
    { output_type: 'display_data', data: { 'text/plain': 1 }, metadata: {} },
    { output_type: 'display_data', data: {}, metadata: {}, transient: {} },
    { output_type: 'update_display_data', data: {}, metadata: {} },
  ])
    assert.match(
      faultsAfter((cell) => (cell['outputs'] = [output])),
      /cell 1: output 1 is not valid/,
    );
});

test('readNotebook(file) says which file cannot be read', () => {
  assert.throws(() => readNotebook('/nonexistent.ipynb'), {
    name: 'InputError',
    message: /\/nonexistent\.ipynb: ENOENT/,
  });
  assert.throws(() => readNotebook(__filename), { name: 'InputError', message: /nbformat\.test\.ts/ });
});

const withParameters = createNotebook([
  codeCell('p', `let profile = 'quick';\n  let seeds = [1, 2];\nconst fixed = 1;`, ['parameters']),
]);

test('injectParameters(notebook, parameters) assigns what is declared, once, however often it is done', () => {
  const once = injectParameters(withParameters, { profile: 'a"b', seeds: [3] });
  const twice = injectParameters(once, { seeds: [4, 5] });
  assert.equal((once.cells[1] as CodeCell).source, '{\n  profile = "a\\"b";\n  seeds = [3];\n}');
  assert.deepEqual(twice.cells.map(({ source }) => source).slice(1), ['{\n  seeds = [4,5];\n}']);
  assert.deepEqual(findFaults(twice), []);
  assert.equal(injectParameters(withParameters, {}), withParameters);
});

test('injectParameters(notebook, parameters) names what is declared when another parameter is given', () => {
  assert.throws(() => injectParameters(withParameters, { fixed: 2 }), /Unknown parameter "fixed".*: profile, seeds/);
  assert.throws(
    () => injectParameters(createNotebook([]), { profile: 'x' }),
    /Cannot set profile: .*no code cell tagged "parameters"/,
  );
});

test('parseParameter(text) takes values as JSON, else as text', () => {
  assert.deepEqual(parseParameter('n=3'), ['n', 3]);
  assert.deepEqual(parseParameter('list=[1,"a"]'), ['list', [1, 'a']]);
  assert.deepEqual(parseParameter('text=a=b'), ['text', 'a=b']);
  assert.deepEqual(parseParameter('object={"a":1}'), ['object', '{"a":1}']);
  assert.throws(() => parseParameter('no'), /Unexpected parameter "no"; expected name=value/);
});
