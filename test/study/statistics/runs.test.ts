import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairedDifference, runsOf, summarise, type RunSummary } from '../../../lib/study/statistics/runs';
import type { RoundRecord } from '../../../lib/rounds/record';
import { storedRecord, withoutControl } from '../results/stored-records';

const record = (strategy: string, seed: number, round: number, fineAccuracy: number): RoundRecord =>
  storedRecord({ strategy, seed, round, fineAccuracy, trustedOnlyFineAccuracy: fineAccuracy / 2 });

test('a run is summed up in percent, with its control beside it', () => {
  const [run] = runsOf([record('margin', 0, 1, 0.4), record('margin', 0, 0, 0.2)]);
  const { final, area, trustedOnlyFinal, trustedOnlyArea, full } = summarise(run!);
  assert.deepEqual([final, trustedOnlyFinal, full], [40, 20, 200]);
  assert.ok(Math.abs(area - 30) < 1e-9 && Math.abs(trustedOnlyArea! - 15) < 1e-9);
});

test('a run of a learner without a coarse head is summed up without a control', () => {
  const [run] = runsOf([withoutControl(record('margin', 0, 0, 0.2)), record('margin', 0, 1, 0.4)]);
  const summary = summarise(run!);
  assert.ok(!('trustedOnlyArea' in summary) && !('trustedOnlyFinal' in summary));
});

test('differences are paired by seed, and seeds that lack one of the two are left out', () => {
  const run = (strategy: string, seed: number, area: number) => ({ strategy, seed, area }) as RunSummary;
  const runs = [run('a', 0, 5), run('b', 0, 3), run('b', 1, 9), run('a', 1, 8), run('a', 2, 1)];
  const of = (name: string) => (r: RunSummary) => (r.strategy === name ? r.area : undefined);
  const { mean, deviation, wins, seeds } = pairedDifference(runs, of('a'), of('b'));
  assert.deepEqual([mean, wins, seeds], [0.5, 1, 2]);
  assert.ok(Math.abs(deviation - Math.sqrt(4.5)) < 1e-12); // differences 2 and -1
  assert.throws(() => pairedDifference(runs, of('a'), of('c')), /No seed has both/);
});
