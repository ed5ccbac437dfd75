import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { recordsToCsv } from '../../../data-scripts/experiment/export';
import { loadResults } from '../../../lib/study/results/load';
import { toLine, type StoredRecord } from '../../../lib/study/results/stored-record';
import { storedRecord } from './stored-records';
import { scratchFolder } from '../../scratch';

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
  const dir = scratchFolder('results');
  writeFileSync(path.join(dir, 'rounds.jsonl'), given.map((record) => `${toLine(record)}\n`).join(''));
  return dir;
}

test('results are loaded as records and as rows of one table, without a torn last line', () => {
  const dir = folderOf(records);
  appendFileSync(path.join(dir, 'rounds.jsonl'), '{"config":"c","stra');
  const results = loadResults(dir);
  assert.deepEqual(results.records, records);
  const column = (name: string): unknown[] => results.rows.map((row) => row[name]);
  assert.deepEqual(
    column('strategy'),
    records.map(({ strategy }) => strategy),
  );
  assert.deepEqual(column('kappa'), [NaN, 0.8]);
  assert.deepEqual(column('improvementFull'), [NaN, 2]);
  assert.deepEqual(column('trainMs'), [2, 2]);
  assert.ok(results.rows.every((row) => !('transition' in row)));
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
