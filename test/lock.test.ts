import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Lock } from '../lib/lock';
import { repositoryRoot } from '../lib/root';
import { scratchFolder } from './scratch';

const newFile = (): string => path.join(scratchFolder('lock'), 'lock');

test('a second one is refused with the holder and what else can be done, and let in after the release', () => {
  const file = newFile();
  const first = Lock.acquire(file, 'the folder');
  assert.throws(
    () => Lock.acquire(file, 'the folder', 'give another one'),
    /^InputError: the folder is in use by an earlier call in this process; wait until it ends, give another one, or, after an interrupt in a notebook, restart the kernel: nothing is lost$/,
  );
  first.confirm();
  first.release();
  Lock.acquire(file, 'the folder').release();
  assert.deepEqual(readdirSync(path.dirname(file)), []);
});

test('the lock of a process that was killed is taken over at once', async () => {
  const file = newFile();
  const script = `
    const { Lock } = require(${JSON.stringify(path.join(repositoryRoot, 'lib/lock.ts'))});
    Lock.acquire(process.argv[1], 'it'); console.log('held'); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--import', 'tsx', '-e', script, file], { cwd: repositoryRoot });
  await once(other.stdout, 'data');
  assert.throws(() => Lock.acquire(file, 'it'), new RegExp(`it is in use by process ${other.pid};`));
  other.kill('SIGKILL');
  await once(other, 'exit');
  assert.ok(existsSync(file), 'a killed process leaves its lock behind');
  Lock.acquire(file, 'it').release();
  assert.ok(!existsSync(file));
});

test('a reused process number and damage are no holder; a process of another host is, and its lock is to be deleted', () => {
  const file = newFile();
  writeFileSync(file, JSON.stringify({ pid: process.ppid, host: hostname(), started: '1' }));
  if (process.platform === 'linux') Lock.acquire(file, 'it').release();
  for (const damage of ['', '{"pi', '999999999', 'null']) {
    writeFileSync(file, damage);
    Lock.acquire(file, 'it').release();
  }
  writeFileSync(file, JSON.stringify({ pid: 1, host: 'else\u001bwhere' }));
  assert.throws(
    () => Lock.acquire(file, 'it'),
    /process 1 on else\?where; .*, or, if that process is gone, delete .*lock$/,
  );
});

test('whoever lost the lock notices, and leaves the other one’s alone', () => {
  const file = newFile();
  const lock = Lock.acquire(file, 'the folder');
  writeFileSync(file, 'somebody else\n');
  assert.throws(() => lock.confirm(), /Another process took the folder over \(somebody else\)/);
  lock.release();
  assert.equal(readFileSync(file, 'utf8'), 'somebody else\n');
});

test('a file system without hard links, as on many a memory stick, does as well', (t) => {
  t.mock.method(fs, 'linkSync', () => {
    throw Object.assign(new Error('no links here'), { code: 'EPERM' });
  });
  const file = newFile();
  const first = Lock.acquire(file, 'it');
  assert.throws(() => Lock.acquire(file, 'it'), /it is in use by an earlier call in this process/);
  first.release();
  assert.deepEqual(readdirSync(path.dirname(file)), []);
});

test('a place that cannot be written to is told', () =>
  assert.throws(() => Lock.acquire('/dev/null/lock', 'it'), /Cannot write \/dev\/null\/lock \((ENOTDIR|EEXIST)\)/));

test(
  'the lock of a process that has ended without its parent noticing is taken over',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 20']); // which never waits for its child
    t.after(() => parent.kill());
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const fields = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const started = fields()[19]!;
    while (fields()[0] !== 'Z') await new Promise((done) => setTimeout(done, 20));
    const file = newFile();
    writeFileSync(file, `${JSON.stringify({ pid, host: hostname(), started, token: 'x' })}\n`);
    Lock.acquire(file, 'the folder').release();
  },
);
