import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { exportResults, recordsToCsv } from '../../../lib/study/results/export';
import { loadResults } from '../../../lib/study/results/load';
import { toLine, type StoredRecord } from '../../../lib/study/results/stored-record';
import { storedRecord } from './stored-records';

const records: StoredRecord[] = [
  storedRecord({ strategy: 'fixed-ratio(weakShare=0.5,weakLabels=human)' }),
  storedRecord({
    strategy: 'b',
    config: 'cb',
    weakCost: 0.01,
    kappa: 0.8,
    improvement: { full: 2, weak: 1 },
    transition: [
      [1, 0],
      [0.25, 0.75],
    ],
  }),
];

function folderOf(given: readonly StoredRecord[]): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'results-'));
  writeFileSync(path.join(dir, 'rounds.jsonl'), given.map((record) => `${toLine(record)}\n`).join(''));
  return dir;
}

test('results are loaded as records and as a data frame, without a torn last line', () => {
  const dir = folderOf(records);
  appendFileSync(path.join(dir, 'rounds.jsonl'), '{"config":"c","stra');
  const results = loadResults(dir);
  assert.deepEqual(results.records, records);
  const column = (name: string): unknown[] => results.frame.column(name).values;
  assert.deepEqual(
    column('strategy'),
    records.map(({ strategy }) => strategy),
  );
  assert.deepEqual(column('kappa'), [NaN, 0.8]);
  assert.deepEqual(column('improvementFull'), [NaN, 2]);
  assert.deepEqual(column('trainMs'), [2, 2]);
  assert.ok(!results.frame.columns.includes('transition'));
  assert.throws(() => loadResults('/nonexistent'), /Cannot read .*rounds\.jsonl \(ENOENT\); expected the results/);
});

test('CSV quotes commas and leaves absent fields empty', () => {
  const [header, first, second, end] = recordsToCsv(records).split('\n');
  assert.match(header!, /^config,dataset,strategy,seed,/);
  assert.match(first!, /^c,d,"fixed-ratio\(weakShare=0.5,weakLabels=human\)",0,/);
  assert.equal(first!.replace(/".*"/, '').split(',').length, header!.split(',').length);
  assert.equal(second!.split(',')[header!.split(',').indexOf('kappa')], '0.8');
  assert.equal(end, '');
  assert.match(recordsToCsv([storedRecord({ strategy: 'say "a"' })]), /,"say ""a""",/);
});

test('an Arrow file holds every field, with nulls and T', () => {
  const file = exportResults(folderOf(records), 'arrow');
  const table = tableFromIPC(readFileSync(file));
  const column = (name: string): unknown[] => [...table.getChild(name)!] as unknown[];
  assert.equal(table.numRows, 2);
  assert.deepEqual(
    column('strategy'),
    records.map(({ strategy }) => strategy),
  );
  assert.deepEqual(column('weakCost'), [null, 0.01]);
  assert.deepEqual(column('spent'), [100, 100]);
  assert.equal(column('transition')[0], null);
  assert.equal(JSON.stringify(column('transition')[1]), '[[1,0],[0.25,0.75]]');
});
