import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { RoundLog } from '../../../lib/study/results/round-log';
import { toLine, type StoredRecord } from '../../../lib/study/results/stored-record';
import { storedRecord } from './stored-records';
import { scratchFolder } from '../../scratch';

const folder = (): string => scratchFolder('rounds');
const lines = (dir: string): string[] => readFileSync(path.join(dir, 'rounds.jsonl'), 'utf8').split('\n').slice(0, -1);
const silent = (message: string): void => assert.fail(message);

function keep(dir: string, records: readonly StoredRecord[], warn = silent): void {
  const log = RoundLog.open(dir, warn);
  for (const record of records) log.add(record);
  log.finish();
  log.close();
}

test('records arrive in any order and several goes; finished, the file has one order', () => {
  const a = [0, 1].map((round) => storedRecord({ strategy: 'a', config: 'ca', round }));
  const b = [0, 1].map((round) => storedRecord({ strategy: 'b', config: 'cb', round }));
  const [one, two] = [folder(), folder()];
  keep(one, [b[0]!, a[0]!, b[1]!, a[1]!]);
  keep(two, a);
  keep(two, b);
  assert.deepEqual(lines(one), [...a, ...b].map(toLine));
  assert.deepEqual(lines(two), lines(one));
});

test('a line is on disk as soon as it is added, before the log is closed', () => {
  const dir = folder();
  const log = RoundLog.open(dir, silent);
  log.add(storedRecord({ round: 0 }));
  assert.equal(lines(dir).length, 1);
  log.close();
});

test('a torn last line is dropped with a warning; whole lines before it stay', () => {
  const dir = folder();
  keep(dir, [storedRecord({ round: 0 })]);
  const whole = readFileSync(path.join(dir, 'rounds.jsonl'), 'utf8');
  appendFileSync(path.join(dir, 'rounds.jsonl'), toLine(storedRecord({ round: 1 })).slice(0, 50));
  const warnings: string[] = [];
  keep(dir, [], (message) => warnings.push(message));
  assert.match(warnings.join(), /the last record is torn \(50 bytes.*; it is left out/);
  assert.equal(readFileSync(path.join(dir, 'rounds.jsonl'), 'utf8'), whole);
});

test('a damaged line in the middle, and a round that is there twice, are refused by number', () => {
  const dir = folder();
  const file = path.join(dir, 'rounds.jsonl');
  const line = toLine(storedRecord({ round: 0 }));
  writeFileSync(file, `${line}\n{"config":\n${toLine(storedRecord({ round: 1 }))}\n`);
  assert.throws(() => keep(dir, []), /rounds\.jsonl, line 2 is damaged/);
  writeFileSync(file, `${line}\n[]\n`);
  assert.throws(() => keep(dir, []), /line 2 is no round/);
  writeFileSync(file, `${line}\n${line}\n`);
  assert.throws(() => keep(dir, []), /lines 1 and 2 are the same round/);
  assert.ok(!existsSync(path.join(dir, 'lock')), 'the lock is given back');
});

test('a round that comes again is not written again, and must be the same, timings aside', () => {
  const dir = folder();
  const record = storedRecord({ round: 0, fineAccuracy: 0.5 });
  keep(dir, [record]);
  const before = lines(dir);
  keep(dir, [{ ...record, timing: { selectMs: 99, trainMs: 99 } }]);
  assert.throws(
    () => keep(dir, [{ ...record, fineAccuracy: 0.6 }]),
    /a, seed 0, round 0: run again, it differs .* in fineAccuracy .*nothing was changed/,
  );
  assert.deepEqual(lines(dir), before);
});

test('a directory mixes engines only with a warning', () => {
  const dir = folder();
  keep(dir, [storedRecord({ round: 0, engine: 'abacus' })]);
  const warnings: string[] = [];
  keep(dir, [storedRecord({ round: 1, engine: 'quipu' })], (message) => warnings.push(message));
  assert.match(warnings.join(), /mixes engines: abacus; now quipu/);
});

test('a directory in use is refused, and free again afterwards', () => {
  const dir = folder();
  const log = RoundLog.open(dir, silent);
  assert.throws(() => RoundLog.open(dir, silent), /is in use by an earlier call in this process; wait until it ends/);
  log.close();
  keep(dir, []);
});

test('the lock of a process that ended is taken over, one of another host is not', () => {
  const dir = folder();
  const lock = (host: string, pid: number): void =>
    writeFileSync(path.join(dir, 'lock'), JSON.stringify({ pid, host, started: '1', token: 'x' }));
  lock(hostname(), process.pid); // this process id, but started at another time
  keep(dir, []);
  lock('elsewhere', 1);
  assert.throws(() => keep(dir, []), /in use by process 1 on elsewhere; .* or, if that process is gone, delete .*lock/);
});

test('whoever lost the directory to another process notices before it writes', () => {
  const dir = folder();
  const log = RoundLog.open(dir, silent);
  writeFileSync(path.join(dir, 'lock'), 'somebody else');
  assert.throws(() => log.add(storedRecord({ round: 0 })), /Another process took .* over \(somebody else\)/);
  assert.equal(lines(dir).length, 0);
  log.close();
  assert.ok(existsSync(path.join(dir, 'lock')), "the other's lock stays");
});
