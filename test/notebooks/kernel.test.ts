import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createConnection } from '../../notebooks/kit/kernel/connection';
import { createMessage, decode, encode } from '../../notebooks/kit/kernel/message';
import type { Message } from '../../notebooks/kit/kernel/message';
import { installKernel, userDataDir } from '../../notebooks/kit/kernel/spec';
import { codeCell } from '../../notebooks/kit/nbformat';
import { createNotebook } from './cells';
import { OutputCollector } from '../../notebooks/kit/outputs';
import type { Output } from '../../notebooks/kit/nbformat';
import { checkTypes } from '../../notebooks/kit/check-types';
import { scratchFolder } from '../scratch';

test('decode(encode(message)) is the message, whatever routing frames come before it', () => {
  const message = createMessage('execute_request', { code: 'ä < 1' }, 'session');
  const frames = ['route', ...encode(message, 'key')].map((frame) => Buffer.from(frame));
  assert.deepEqual(decode(frames, 'key'), message);
});

test('decode(frames, key) refuses what is not signed with the key', () => {
  const frames = encode(createMessage('status', {}, 's'), 'key').map((frame) => Buffer.from(frame));
  assert.throws(() => decode(frames, 'other'), /wrong signature/);
  frames[5] = Buffer.from('{"code":"evil"}');
  assert.throws(() => decode(frames, 'key'), /wrong signature/);
  assert.throws(() => decode([Buffer.from('x')], 'key'), /no Jupyter message/);
});

test('createConnection() writes a file that only its user can read, with a new key each time', async () => {
  const connections = [await createConnection('tcp'), await createConnection('ipc')];
  try {
    const [first, second] = connections.map(
      ({ file }) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>,
    );
    assert.notEqual(first!['key'], second!['key']);
    assert.equal(new Set(['shell', 'iopub', 'stdin', 'control', 'hb'].map((name) => first![`${name}_port`])).size, 5);
    if (process.platform !== 'win32') assert.equal(statSync(connections[0]!.file).mode & 0o077, 0);
  } finally {
    for (const connection of connections) connection.remove();
  }
});

test('installKernel(dataDir) writes a kernelspec that starts the launcher by absolute paths', () => {
  const prefix = scratchFolder('prefix');
  try {
    const folder = installKernel(path.join(prefix, 'share', 'jupyter'));
    assert.equal(folder, path.join(prefix, 'share', 'jupyter', 'kernels', 'vlm-weak-annotator'));
    const spec = JSON.parse(readFileSync(path.join(folder, 'kernel.json'), 'utf8')) as {
      argv: string[];
      language: string;
    };
    assert.equal(spec.language, 'typescript');
    assert.equal(spec.argv.at(-1), '{connection_file}');
    const words = spec.argv.slice(0, -1).filter((word) => !word.startsWith('--'));
    assert.equal(words.length, 2);
    for (const file of words) assert.ok(path.isAbsolute(file) && statSync(file).isFile(), file);
  } finally {
    rmSync(prefix, { recursive: true });
  }
});

test('userDataDir(env, platform) is where Jupyter looks on each system', () => {
  const home = process.env['HOME'] ?? '';
  assert.equal(userDataDir({ JUPYTER_DATA_DIR: '/d' }, 'linux'), '/d');
  assert.equal(userDataDir({ XDG_DATA_HOME: '/x' }, 'linux'), path.join('/x', 'jupyter'));
  assert.equal(userDataDir({}, 'linux'), path.join(home, '.local', 'share', 'jupyter'));
  assert.equal(userDataDir({}, 'darwin'), path.join(home, 'Library', 'Jupyter'));
  assert.equal(userDataDir({ APPDATA: '/a' }, 'win32'), path.join('/a', 'jupyter'));
});

const broadcast = (type: string, content: Record<string, unknown>, parent = 'id'): Message => ({
  ...createMessage(type, content, 's'),
  parent: { msg_id: parent },
});

test('OutputCollector clears at once, or when the next output comes', () => {
  const outputs: Output[] = [];
  const collector = new OutputCollector();
  collector.open('id', outputs);
  const show = (text: string): void => collector.add(broadcast('stream', { name: 'stdout', text }));
  show('a');
  collector.add(broadcast('clear_output', { wait: true }));
  assert.equal(outputs.length, 1);
  show('b');
  assert.deepEqual(outputs, [{ output_type: 'stream', name: 'stdout', text: 'b' }]);
  collector.add(broadcast('clear_output', { wait: false }));
  assert.deepEqual(outputs, []);
});

test('OutputCollector keeps results and errors, and leaves out what belongs to no cell it knows', () => {
  const outputs: Output[] = [];
  const collector = new OutputCollector();
  collector.open('id', outputs);
  collector.add(broadcast('stream', { name: 'stdout', text: 'x' }, 'another'));
  collector.add(broadcast('execute_result', { data: { 'text/plain': '1' }, metadata: {}, execution_count: 2 }));
  collector.add(broadcast('error', { ename: 'E', evalue: 'v', traceback: ['t'] }));
  collector.add(broadcast('comm_open', {}));
  assert.deepEqual(
    outputs.map(({ output_type }) => output_type),
    ['execute_result', 'error'],
  );
});

test('checkTypes(notebooks) is strict, lets cells await, and says where a fault is', () => {
  const good = createNotebook([
    codeCell('a', `import { createRandom } from './lib/random';\nimport { show, table } from './notebooks/kit/index';`),
    codeCell('b', `const later = await Promise.resolve(createRandom(0).uniform());\ntable([{ later }]);`),
  ]);
  const bad = createNotebook([
    codeCell('a', `const list: number[] = [];`),
    codeCell('b', `const ok = 1;\nconst first: number = list[0];\nfunction f(x) { return x; }`),
  ]);
  const [none, some] = checkTypes([good, bad]);
  assert.deepEqual(none, []);
  assert.deepEqual(
    some!.map(({ cell, line, message }) => `${cell}:${line} ${/TS\d+/.exec(message)?.[0]}`),
    ['2:2 TS2322', '2:3 TS7006'],
  );
});
