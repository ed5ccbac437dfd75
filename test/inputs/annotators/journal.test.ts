import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Journal, readJournal } from '../../../inputs/annotators/journal';
import type { JournalLine } from '../../../inputs/annotators/journal-line';
import { repositoryRoot } from '../../../lib/root';
import { scratchFolder } from '../../scratch';

const newFile = (): string => path.join(scratchFolder('journal'), 'answers.jsonl');
const line = (index: number, more: Partial<JournalLine> = {}): JournalLine => ({
  image: `hash ${index}`,
  index,
  dataset: 'tiny',
  granularity: 'coarse',
  annotator: 'test',
  model: 'm',
  prompt: 'p',
  repetition: 0,
  status: 'answered',
  label: 'serif',
  raw: 'serif',
  latencyMs: 1,
  tries: 1,
  at: '2026-01-01',
  ...more,
});

test('what was appended is found, and read again, by image, model, prompt, granularity and repetition', async () => {
  const file = newFile();
  const journal = Journal.open(file);
  await Promise.all(
    [line(1), line(2), line(1, { repetition: 1 }), line(1, { granularity: 'fine' })].map((l) => journal.append(l)),
  );
  assert.equal(journal.find(line(1, { repetition: 1 }))?.repetition, 1);
  assert.equal(journal.find(line(1, { model: 'another' })), undefined);
  await journal.close();
  const again = Journal.open(file);
  assert.equal([...again.lines].length, 4);
  assert.equal(again.find(line(2))?.index, 2);
  await again.close();
});

test('a line is in the file before append resolves', async () => {
  const file = newFile();
  const journal = Journal.open(file);
  for (let i = 0; i < 20; i++) {
    await journal.append(line(i));
    assert.equal(readJournal(file).lines.length, i + 1);
  }
  await journal.close();
});

test('a torn last line is dropped with a warning, and the next line starts afresh', async () => {
  const file = newFile();
  writeFileSync(file, `${JSON.stringify(line(1))}\n${JSON.stringify(line(2)).slice(0, 50)}`);
  assert.equal(readJournal(file).lines.length, 1);
  const journal = Journal.open(file);
  assert.match(journal.warnings.join(), /the last record is torn \(50 bytes/);
  await journal.append(line(3));
  await journal.close();
  assert.deepEqual([readJournal(file).lines.map(({ index }) => index), readJournal(file).warnings], [[1, 3], []]);
});

test('a line that is no answer is left out with a warning that names it', () => {
  const file = newFile();
  writeFileSync(file, `${JSON.stringify(line(1))}\n{"image":7}\nnull\n${JSON.stringify(line(2))}\n`);
  const { lines, warnings } = readJournal(file);
  assert.deepEqual(
    lines.map(({ index }) => index),
    [1, 2],
  );
  assert.match(warnings.join('\n'), /line 2 is not an answer[^]*line 3 is not an answer/);
});

test('a journal that an editor saved keeps every answer: byte order mark, line ends, no last line end', async () => {
  const file = newFile();
  writeFileSync(file, `\uFEFF${JSON.stringify(line(1))}\r\n\r\n${JSON.stringify(line(2))}`);
  assert.deepEqual([readJournal(file).lines.map(({ index }) => index), readJournal(file).warnings], [[1, 2], []]);
  const journal = Journal.open(file);
  await journal.append(line(3));
  await journal.close();
  assert.deepEqual([readJournal(file).lines.map(({ index }) => index), readJournal(file).warnings], [[1, 2, 3], []]);
});

test('a journal in UTF-16 is refused, and left as it is', () => {
  const file = newFile();
  const bytes = Buffer.from(`\uFEFF${JSON.stringify(line(1))}\n`, 'utf16le');
  writeFileSync(file, bytes);
  for (const read of [readJournal, (name: string) => Journal.open(name)])
    assert.throws(() => read(file), /answers\.jsonl is UTF-16; save it as UTF-8/);
  assert.deepEqual(readFileSync(file), bytes);
});

test('a file that is not there is told with what makes one', () =>
  assert.throws(() => readJournal('/nonexistent/a.jsonl'), /Cannot read the journal .*npm run annotate/));

test('control characters and marks that turn text around are escaped in the file', async () => {
  const file = newFile();
  const journal = Journal.open(file);
  const raw = '\u001b[31m\u0000\u009b\u2028\u202e\ud800 <b>"\n';
  await journal.append(line(1, { raw }));
  await journal.close();
  // eslint-disable-next-line no-control-regex -- these are what it is about
  assert.doesNotMatch(readFileSync(file, 'utf8').trimEnd(), /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  assert.equal(readJournal(file).lines[0]!.raw, raw);
});

test('a second process is turned away while the first one runs, and not afterwards', async () => {
  const file = newFile();
  const script = `
    const { Journal } = require(${JSON.stringify(path.join(repositoryRoot, 'inputs/annotators/journal.ts'))});
    Journal.open(process.argv[1]); console.log('open'); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--import', 'tsx', '-e', script, file], { cwd: repositoryRoot });
  await once(other.stdout, 'data');
  assert.throws(() => Journal.open(file), new RegExp(`answers\\.jsonl is in use by process ${other.pid}`));
  other.kill('SIGKILL');
  await once(other, 'exit');
  assert.ok(existsSync(`${file}.lock`), 'a killed process leaves its lock behind');
  await Journal.open(file).close();
  assert.ok(!existsSync(`${file}.lock`));
});

test('a lock of a process whose number was given to another one is taken over', async () => {
  const file = newFile();
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.ppid, host: hostname(), started: '1' }));
  if (process.platform === 'linux') await Journal.open(file).close();
  writeFileSync(`${file}.lock`, '{"pi');
  await Journal.open(file).close();
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: 1, host: 'elsewhere' }));
  assert.throws(() => Journal.open(file), /process 1 on elsewhere; .*, or, if that process is gone, delete .*lock/);
});

test('a full disk is told, and what was being written is taken back', { skip: !existsSync('/dev/full') }, async () => {
  const script = `
    const { Journal } = require(${JSON.stringify(path.join(repositoryRoot, 'inputs/annotators/journal.ts'))});
    const journal = Journal.open(process.argv[1]);
    const line = ${JSON.stringify(line(1))};
    (async () => {
      for (let i = 0; ; i++) await journal.append({ ...line, image: String(i), raw: 'x'.repeat(1500) });
    })().catch((error) => console.log(error.message));`;
  const file = newFile();
  const { stdout } = spawnSync(
    'bash',
    ['-c', `ulimit -f 8; trap '' XFSZ; exec "$@"`, 'bash', process.execPath, '--import', 'tsx', '-e', script, file],
    { cwd: repositoryRoot, encoding: 'utf8' },
  );
  assert.match(stdout, /Cannot write .*answers\.jsonl \(EFBIG\): the disk is full: free some space/);
  const { lines, warnings } = readJournal(file);
  assert.deepEqual([lines.length > 2, warnings], [true, []]);
});

test('lines of two writers never mix', async () => {
  const file = newFile();
  const journal = Journal.open(file);
  const foreign = setInterval(
    () => appendFileSync(file, `${JSON.stringify(line(999, { raw: 'y'.repeat(1000) }))}\n`),
    0,
  );
  for (let i = 0; i < 50; i++)
    await Promise.all([0, 1, 2, 3].map((j) => journal.append(line(4 * i + j, { raw: 'x'.repeat(1000) }))));
  clearInterval(foreign);
  await journal.close();
  assert.deepEqual(readJournal(file).warnings, []);
});
