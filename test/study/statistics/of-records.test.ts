import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoundRecord } from '../../../lib/rounds/record';
import {
  atWeakPrice,
  budgetRows,
  compareWithRivals,
  comparisonRows,
  penaltiesOf,
  penaltyRows,
  rankingRows,
  summaryRows,
  type TableRow,
} from '../../../lib/study/statistics';
import { textTable } from '../../../data-scripts/experiment/text-table';
import { renderTable } from '../../../notebooks/kit/table';
import { storedRecord, withoutControl } from '../results/stored-records';

/** Two rounds a run; seed s of a strategy ends at level + s / 100, starting 0.2 below. */
const runs = (strategy: string, level: number, seeds: number, weakCost?: number): RoundRecord[] =>
  Array.from({ length: seeds }, (_, seed) =>
    [0, 1].map((round) =>
      storedRecord({
        strategy,
        config: strategy + (weakCost ?? ''),
        seed,
        round,
        ...(weakCost !== undefined && { weakCost }),
        fineAccuracy: level + seed / 100 - (round ? 0 : 0.2),
      }),
    ),
  ).flat();

const values = (rows: readonly TableRow[]): (string | number | boolean)[][] => rows.map((row) => Object.values(row));
const records = [...runs('a', 0.6, 6), ...runs('b', 0.5, 6), ...runs('c', 0.55, 6)];

test('records at one weak price keep the strategies that do not depend on it', () => {
  const mixed = [...runs('a', 0.6, 2), ...runs('w', 0.5, 2, 0.01), ...runs('w', 0.4, 2, 0.1)];
  const at = atWeakPrice(mixed, 0.1);
  assert.deepEqual(new Set(at.map(({ config }) => config)), new Set(['a', 'w0.1']));
  assert.throws(() => atWeakPrice(mixed, 0.5), /Unexpected weak price: 0.5; the records have 0.01, 0.1/);
  for (const compare of [() => compareWithRivals(mixed, 'a'), () => penaltiesOf(mixed)])
    assert.throws(compare, /hold weak prices 0.01, 0.1; compare at one of them: atWeakPrice\(records, 0.01\)/);
  const lines = summaryRows(mixed).map((row) => [
    row.strategy,
    row['weak price'],
    row['final accuracy (%)'],
    row.seeds,
  ]);
  assert.deepEqual(lines, [
    ['a', '', 60.5, 2],
    ['w', 0.01, 50.5, 2],
    ['w', 0.1, 40.5, 2],
  ]);
});

test('a summary has intervals where there are several seeds; one seed has none, NaN, which tables show as a dash', () => {
  const intervals = (seeds: number) =>
    summaryRows(runs('a', 0.6, seeds)).map((row) => [row['± 95 %'], row['± 95 % (final)']])[0];
  assert.deepEqual(intervals(1), [NaN, NaN]);
  assert.deepEqual(intervals(2), [6.4, 6.4]); // t 12.7 times 1 / sqrt(2) points over sqrt(2)
  assert.match(textTable(summaryRows(runs('a', 0.6, 1))), /^a +50 +– +\d+ +60 +– /m);
  const alone = runs('a', 0.6, 1).map(withoutControl);
  assert.ok(!('trusted-only control (%)' in summaryRows(alone)[0]!), 'no control');
  assert.ok(Number.isNaN(summaryRows([...alone, ...runs('b', 0.6, 1)])[0]!['trusted-only control (%)']));
  assert.match(renderTable(summaryRows(runs('a', 0.6, 1))).text, /^a +50 +– +\d+ +60 +– /m);
});

test('a comparison has its interval, its p, and p after Holm over all rivals', () => {
  const [first, second] = compareWithRivals(records, 'a');
  assert.deepEqual([first!.against, second!.against], ['b', 'c']);
  const [small, large] = [first!.p, second!.p].sort((a, b) => a - b);
  assert.ok(large! < 1e-9, 'six seeds that differ by nearly the same');
  assert.deepEqual(new Set([first!.holm, second!.holm]), new Set([2 * small!, Math.max(2 * small!, large!)]));
  assert.ok(Math.abs(first!.interval.low - 10) < 1e-6 && Math.abs(first!.interval.high - 10) < 1e-6);
  const rows = comparisonRows(records, 'a');
  assert.deepEqual(Object.keys(rows[0]!), [
    'against',
    'area gained (points)',
    'low',
    'high',
    'seeds won',
    'seeds',
    'p',
    'p (Holm)',
  ]);
  assert.equal(rows.length, 2);
  assert.equal(comparisonRows(records, 'a', 'controls').length, 3);
});

test('penalties and ranks come from the seeds that all strategies have', () => {
  const extended = [...records, ...runs('a', 0.1, 9).slice(12)]; // seeds 6 to 8 of one strategy only
  assert.deepEqual(penaltiesOf(extended), penaltiesOf(records));
  assert.deepEqual(penaltiesOf(records), {
    strategies: ['a', 'b', 'c'],
    penalties: [
      [0, 1, 1],
      [0, 0, 0],
      [0, 1, 0],
    ],
  });
  assert.deepEqual(values(penaltyRows(records)).at(-1), ['mean penalty', 0, 1, 0.5]);
  const ranks = values(rankingRows(records));
  assert.deepEqual(
    ranks.map(([name, rank]) => [name, rank]),
    [
      ['a', 1],
      ['c', 2],
      ['b', 3],
    ],
  );
  assert.deepEqual(
    ranks.map((row) => row[3]),
    [false, false, true],
  ); // critical difference of 3 in 6 blocks: 1.35
  assert.throws(() => penaltiesOf([...records, storedRecord({ strategy: 'd' })]), /Runs have 2 and 1 rounds/);
});

test('accuracy at budgets and budgets to reach accuracies are means over the seeds, and say how many get there', () => {
  const [a] = values(budgetRows(records, { budgets: [150], accuracies: [60, 64, 99] }));
  const near = (value: unknown, expected: number): void =>
    assert.ok(Math.abs(Number(value) - expected) < 1e-9, `${String(value)}`);
  near(a![1], 52.5); // halfway, 10 below the end: 50 + mean of 0..5
  near(a![2], 187.5); // 200 - 5 * s for s = 0..5
  assert.equal(a![3], 6);
  near(a![4], 197.5); // seeds 4 and 5 only
  assert.deepEqual([a![5], Number.isNaN(a![6]), a![7]], [2, true, 0]);
});
