import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Kernel } from '../../notebooks/kit/kernel/client';
import { stripes, unpacked } from '../inputs/datasets/miniatures';

let kernel: Kernel;
before(async () => (kernel = await Kernel.start()));
after(() => kernel.shutdown());

/** A cell's status, all it wrote or failed of, and the HTML that it showed. */
async function run(code: string): Promise<{ status: unknown; text: string; html: string }> {
  let [text, html] = ['', ''];
  kernel.onOutput = ({ content }) => {
    if (typeof content['text'] === 'string') text += content['text'];
    for (const line of (content['traceback'] ?? []) as string[]) text += `${line}\n`;
    html += (content['data'] as Record<string, string> | undefined)?.['text/html'] ?? '';
  };
  const { status } = await kernel.execute(code, () => undefined, 60);
  return { status, text, html };
}

test('a cell that fails says why and in which of its lines, and leaves what was defined before', async () => {
  await run('const kept = 42;');
  const { status, text } = await run(
    `interface Point {\n  x: number;\n}\n// a comment\nfunction fail({ x }: Point): never {\n  throw new Error(\`no \${x}\`);\n}\nfail({ x: kept });`,
  );
  assert.equal(status, 'error');
  assert.match(text, /^Error: no 42\n {4}cell \[2\], line 6: {2}throw new Error.*\n {4}cell \[2\], line 8: {2}fail\(/);
  assert.equal(text.trim().split('\n').length, 3, 'no stack of the kernel');
  assert.equal((await run('kept')).text, '42\n');
});

test('what the project refuses is told by its message and the line that asked for it, after an await as well', async () => {
  await run(`import { loadDataset } from './lib/index';`);
  const { text } = await run(`await Promise.resolve();\n\nawait loadDataset('nope');`);
  assert.match(
    text,
    /^InputError: Unknown data set: "nope".*\n {4}cell \[\d+\], line 3: {2}await loadDataset\('nope'\);\n$/,
  );
});

describe('an interrupt', () => {
  const loops = {
    'an endless loop': 'while (true) {}',
    'an endless loop behind an await': 'await null;\nwhile (true) {}',
    'an endless loop in a callback, which nothing awaits any more':
      'await new Promise(() => setTimeout(() => { while (true) {} }, 20));',
    'an endless loop of awaits': 'while (true) await new Promise((resolve) => setTimeout(resolve, 5));',
  };
  for (const [name, code] of Object.entries(loops))
    test(`ends ${name}, and the next cell runs`, async () => {
      // Again and again: on a busy machine the first one may come before the loop has begun.
      const interrupted = setInterval(() => kernel.interrupt(), 1000);
      const { status, text } = await run(code).finally(() => clearInterval(interrupted));
      assert.deepEqual([status, text], ['error', 'Interrupted\n']);
      assert.equal((await run('kept')).text, '42\n');
    });
});

test('an interrupt while a grid reads its data leaves nothing pending: the same cell, run again, goes to its end', async () => {
  const files = new Map<string, Buffer>();
  for (const k of [0, 1, 2, 3])
    for (const i of [0, 1, 2, 3, 4, 5]) files.set(`a${k % 2}/b${k}/${i}.jpg`, await stripes(k, i));
  const folder = unpacked(files);
  await run(`import { defineStrategy, runGrid } from './lib/index';
    import { buyMostUseful } from './lib/strategies/buy-largest';
    import { uncertainties } from './lib/strategies/uncertainty';
    const disk = require('node:fs'), { readdirSync } = disk, folder = ${JSON.stringify(folder)};
    process.env.DATA_ROOT = folder + '-root';
    const own = defineStrategy({ name: 'own', create: () => ({ query: async (context) =>
      buyMostUseful(context, uncertainties.margin((await context.predict(context.pool.notFull())).fine)) }) });`);
  const grid = `const learnt = await runGrid({ dataset: 'image-folder:' + folder, strategies: [own], seeds: 1, rounds: 2, budget: 4,
    training: { steps: 10, hidden: 8 }, warn: () => {} });\nlearnt.length`;
  for (const reading of [1, 2]) {
    // The reading never ends: first of the data, then of the run's own look at them.
    await run(`let times = 0;
      disk.readdirSync = (...words: any[]) => { while (words[0] === folder && ++times >= ${reading}) times--; return readdirSync(...words); };`);
    const interrupted = setInterval(() => kernel.interrupt(), 1500);
    const { status, text } = await run(grid).finally(() => clearInterval(interrupted));
    assert.deepEqual([status, text], ['error', 'Interrupted\n']);
    await run('disk.readdirSync = readdirSync;');
    assert.equal((await run(grid)).text, '2\n');
  }
});

test('what a cell ends with shows itself: a data set as a card, rounds and rows as tables, a matrix by its size', async () => {
  await run(`import { loadDataset as load } from './lib/index';\nconst faces = await load('typefaces');`);
  const card = await run('faces');
  assert.match(card.html, /<b>.*typefaces.*<\/b>.*100 fine in 16 groups.*5,500 in the pool/i);
  assert.equal(card.html.match(/<img src="data:image\/png;base64,/g)?.length, 16);
  assert.equal(card.text, '');
  const rows = await run(`[{ name: 'a <b>', share: 0.25 }, { name: 'c', share: 0.5 }]`);
  assert.match(rows.html, /<table.*a &#60;b&#62;.*0\.250.*0\.500/);
  const record = `{ dataset: 'd', strategy: 'random', seed: 0, round: 0, budget: 1, spent: 1, full: 1, weak: 0, boughtFull: 1,
    boughtWeak: 0, fineAccuracy: 0.5, coarseAccuracy: 0.6, trustedOnlyFineAccuracy: 0.5, trustedOnlyCoarseAccuracy: 0.6,
    engine: 'e', timing: { selectMs: 0, trainMs: 0 } }`;
  assert.match((await run(`[${record}]`)).html, /1 records: 1 rounds, 1 seeds.*random/);
  assert.match(
    (await run('({ rows: 2, columns: 2, data: new Float32Array([1, 2, 3, 4]) })')).text,
    /^Matrix 2 x 2, float32: \[1\.00, 2\.00\] …\n$/,
  );
  assert.equal((await run(`({ a: [1, 2] })`)).text, '{ a: [ 1, 2 ] }\n');
  assert.equal((await run(`'text'`)).text, 'text\n');
});

test('names of the library complete, and tell their signature and documentation', async () => {
  const code = `import { loadDataset } from './lib/index';
import { learningCurves } from './notebooks/kit/index';\nloadData`;
  const { matches } = (await kernel.ask('complete_request', { code, cursor_pos: code.length })) as {
    matches: string[];
  };
  assert.equal(matches[0], 'loadDataset');
  const members = 'const data = await loadDataset("typefaces");\ndata.hier';
  const completed = await kernel.ask('complete_request', { code: members, cursor_pos: members.length });
  assert.deepEqual((completed['matches'] as string[]).slice(0, 1), ['hierarchy']);
  const hover = await kernel.ask('inspect_request', {
    code,
    cursor_pos: code.indexOf('learningCurves') + 3,
    detail_level: 0,
  });
  const told = (hover['data'] as Record<string, string>)['text/plain']!;
  assert.match(told, /learningCurves: \(input: LearningCurvesInput\) => Figure/);
  assert.match(told, /fine test accuracy \(%\) against budget spent/);
});

test('thirty executions of a cell that trains leave memory flat', async () => {
  await run(`import { createRandom } from './lib/random';\nimport { experiment, loadDataset } from './lib/index';`);
  await run(
    `const collect = () => { require('v8').setFlagsFromString('--expose-gc'); require('vm').runInNewContext('gc')(); };`,
  );
  await run(`const small = await loadDataset('synthetic');`);
  const cell = `for await (const round of experiment({ data: small, strategy: 'margin', seed: 0, rounds: 1, budget: 30, training: { steps: 10, hidden: 16 } })) round.spent;
    collect();
    console.log((process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers) / 2 ** 20);`;
  const megabytes: number[] = [];
  for (let i = 0; i < 30; i++) megabytes.push(Number((await run(cell)).text));
  const growth = megabytes[29]! - megabytes[9]!;
  assert.ok(growth < 6, `grew by ${growth.toFixed(1)} MB in 20 executions: ${megabytes.map(Math.round).join(' ')}`);
});
