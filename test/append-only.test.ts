import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AppendOnly, asLines, readAppendOnly } from '../lib/append-only';
import { scratchFolder } from './scratch';

const newFile = (): string => path.join(scratchFolder('append'), 'new', 'log.jsonl');
const silent = (message: string): void => assert.fail(message);

/** Its lines so far, and the log. */
function open(file: string, warn = silent): { lines: string[]; log: AppendOnly } {
  const lines: string[] = [];
  return {
    log: AppendOnly.open(
      file,
      asLines((read) => lines.push(...read)),
      warn,
    ),
    lines,
  };
}

test('what was appended, at once or shared, is there when it resolves, and handed over when it is opened again', async () => {
  const file = newFile();
  const { log } = open(file);
  log.appendSync('a\n');
  assert.equal(readFileSync(file, 'utf8'), 'a\n');
  const both = [log.append('b\n'), log.append(Buffer.from('ä\n'))];
  assert.equal(readFileSync(file, 'utf8'), 'a\nb\nä\n', 'written before anything is waited for');
  await Promise.all(both);
  await log.close();
  const again = open(file);
  assert.deepEqual(again.lines, ['a', 'b', 'ä']);
  again.log.closeSync();
});

test('a torn end is left out by readers, cut off by the next writer, and told by both', () => {
  const file = newFile();
  open(file).log.closeSync();
  appendFileSync(file, 'whole\ntorn\u001b');
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  let lines: string[] = [];
  assert.equal(
    readAppendOnly(
      file,
      asLines((read) => (lines = read)),
      warn,
    ),
    6,
  );
  assert.deepEqual(lines, ['whole']);
  const { log } = open(file, warn);
  log.appendSync('next\n');
  log.closeSync();
  assert.equal(readFileSync(file, 'utf8'), 'whole\nnext\n');
  assert.equal(warnings.length, 2);
  for (const text of warnings)
    assert.match(text, /log\.jsonl: the last record is torn \(5 bytes, "torn\."\); it is left out/);
});

test('what the reader refuses leaves the file as it was', () => {
  const file = newFile();
  open(file).log.closeSync();
  appendFileSync(file, 'whole\ntorn');
  const refuse = asLines(() => {
    throw new Error('no record');
  });
  assert.throws(() => AppendOnly.open(file, refuse, silent), /no record/);
  assert.equal(readFileSync(file, 'utf8'), 'whole\ntorn');
});
