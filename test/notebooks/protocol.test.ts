import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Kernel } from '../../notebooks/kit/kernel/client';

let kernel: Kernel;
before(async () => (kernel = await Kernel.start()));
after(() => kernel.shutdown());

/** A cell's reply, and all that was broadcast about it, in order. */
async function run(code: string) {
  const broadcast: [type: string, content: Record<string, unknown>][] = [];
  kernel.onOutput = ({ header, content }) => void broadcast.push([header.msg_type, content]);
  return { reply: await kernel.execute(code, () => undefined, 60), broadcast };
}

test('what a cell is and its number are broadcast before its outputs, and the reply has the same number', async () => {
  const { reply, broadcast } = await run('console.log(1 + 1)');
  assert.deepEqual(broadcast, [
    ['execute_input', { code: 'console.log(1 + 1)', execution_count: 1 }],
    ['stream', { name: 'stdout', text: '2\n' }],
  ]);
  assert.deepEqual([reply['status'], reply['execution_count']], ['ok', 1]);
});

test('a cell that fails broadcasts an error with name, message and places, and its reply repeats them', async () => {
  const { reply, broadcast } = await run(`console.log('so far');\nthrow new RangeError('this is why');`);
  const [error] = broadcast.splice(2);
  assert.deepEqual(
    broadcast.map(([type]) => type),
    ['execute_input', 'stream'],
  );
  const failure = {
    ename: 'RangeError',
    evalue: 'this is why',
    traceback: ['RangeError: this is why', `    cell [2], line 2:  throw new RangeError('this is why');`],
  };
  assert.deepEqual(error, ['error', failure]);
  assert.deepEqual(reply, { status: 'error', execution_count: 2, ...failure });
});

test('faults of types, values thrown that are no errors, and interrupts are errors of the protocol as well', async () => {
  const failed = async (code: string): Promise<unknown> => {
    const { reply } = await run(code);
    return [reply['ename'], reply['traceback']];
  };
  assert.deepEqual(await failed(`const n: number = 'a';\nconst m: number = 'b';`), [
    'TypeScript',
    [1, 2].map((line) => `${line}:7 - Type 'string' is not assignable to type 'number'.`),
  ]);
  assert.deepEqual(await failed(`throw 'words'`), ['Thrown', ['words']]);
  const interrupting = setInterval(() => kernel.interrupt(), 1000);
  const interrupted = await failed('await new Promise(() => setInterval(() => 0, 50))').finally(() =>
    clearInterval(interrupting),
  );
  assert.deepEqual(interrupted, ['Interrupted', ['Interrupted']]);
});

test('twenty thousand lines written at once all come, in few messages, before what is written after them', async () => {
  const { reply, broadcast } = await run(
    `for (let i = 0; i < 20000; i++) console.log('x'.repeat(99));\nconsole.error('end');`,
  );
  assert.equal(reply['status'], 'ok');
  const texts = broadcast.slice(1).map(([, content]) => content);
  assert.equal(texts.pop()!['text'], 'end\n');
  assert.equal(
    texts.reduce((sum, { text }) => sum + String(text).length, 0),
    2e6,
  );
  assert.ok(texts.length < 1000, String(texts.length));
});

test('text comes while a cell computes after it', async () => {
  const seen: { text: unknown; at: number }[] = [];
  kernel.onOutput = ({ content }) =>
    void (content['text'] && seen.push({ text: content['text'], at: performance.now() }));
  await kernel.execute(
    `console.log('began');\nconst until = Date.now() + 1000;\nwhile (Date.now() < until);\nconsole.log('ended');`,
    () => undefined,
    60,
  );
  assert.deepEqual(
    seen.map(({ text }) => text),
    ['began\n', 'ended\n'],
  );
  assert.ok(seen[1]!.at - seen[0]!.at > 500, `${seen[1]!.at - seen[0]!.at} ms apart`);
});

test('text of a cell that waits comes while it waits', async () => {
  const seen: string[] = [];
  kernel.onOutput = ({ content }) => void (content['text'] && seen.push(content['text'] as string));
  await kernel.execute(
    `console.log('a');\nawait new Promise((done) => setTimeout(done, 50));\nconsole.log('b');`,
    () => undefined,
    60,
  );
  assert.deepEqual(seen, ['a\n', 'b\n']);
});
