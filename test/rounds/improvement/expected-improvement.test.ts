import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedImprovement, signRule, weightedGain } from '../../../lib/rounds/improvement/expected-improvement';
import { createRandom } from '../../../lib/random';

const labels = (n: number) => ({ rows: Int32Array.from({ length: n }, (_, i) => i), labels: new Int32Array(n) });

test('later increments weigh more: 1, 2, 3, 4', () => {
  assert.ok(Math.abs(weightedGain([0.1, 0.2, 0.4, 0.5, 0.9]) - (0.1 * 1 + 0.2 * 2 + 0.1 * 3 + 0.4 * 4) / 10) < 1e-12);
});

test('the sign rule: both useless count 1, one useless counts 0, else their ratio', () => {
  assert.deepEqual(signRule({ full: -1, weak: 0 }), { full: 1, weak: 1 });
  assert.deepEqual(signRule({ full: 0, weak: 2 }), { full: 0, weak: 1 });
  assert.deepEqual(signRule({ full: 2, weak: -2 }), { full: 1, weak: 0 });
  assert.deepEqual(signRule({ full: 6, weak: 2 }), { full: 3, weak: 1 });
});

test('a level whose labels help three times as much per label gets three times the improvement', async () => {
  const evaluate = async ({ full, weak }: Record<'full' | 'weak', { rows: Int32Array }>) =>
    0.003 * full.rows.length + 0.001 * weak.rows.length;
  const { full, weak } = await expectedImprovement(
    () => ({ full: labels(50), weak: labels(200) }),
    evaluate,
    { trials: 2, fractions: 5 },
    createRandom(0),
  );
  assert.ok(Math.abs(full / weak - 3) < 1e-9, `${full / weak}`);
});

test('the paper takes 3 trials of 5 nested parts of one level, the other kept whole', async () => {
  const seen: string[] = [];
  const subsets: Int32Array[] = [];
  await expectedImprovement(
    () => ({ full: labels(10), weak: labels(20) }),
    async ({ full, weak }) => {
      seen.push(`${full.rows.length}+${weak.rows.length}`);
      if (weak.rows.length === 20) subsets.push(full.rows);
      return 0.5;
    },
    { trials: 3, fractions: 5 },
    createRandom(0),
  );
  const trial = ['10+20', '2+20', '4+20', '6+20', '8+20', '10+4', '10+8', '10+12', '10+16'];
  assert.deepEqual(seen, [...trial, ...trial, ...trial]);
  assert.ok(
    subsets[1]!.every((value) => subsets[2]!.includes(value)),
    'parts are nested',
  );
});

test('the parts are rounded down, as ISOAL rounds them', async () => {
  const seen: number[] = [];
  const evaluate = async ({ full }: Record<'full' | 'weak', { rows: Int32Array }>) => seen.push(full.rows.length);
  const options = { trials: 1, fractions: 5 };
  await expectedImprovement(() => ({ full: labels(13), weak: labels(5) }), evaluate, options, createRandom(0));
  assert.deepEqual(seen.slice(0, 5), [13, 2, 5, 7, 10]);
});

test('a level with fewer labels than parts is not judged, and nothing is trained', async () => {
  const never = () => Promise.reject(new Error('trained'));
  const options = { trials: 3, fractions: 5 };
  const value = await expectedImprovement(
    () => ({ full: labels(50), weak: labels(0) }),
    never,
    options,
    createRandom(0),
  );
  assert.deepEqual(value, { full: 1, weak: 1 });
});
