import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHierarchy } from '../../lib/data/hierarchy';
import { matrix } from '../../lib/engine/matrix';
import { BatchSource } from '../../lib/model/batches';
import { classBalance, correctionOf, fullExamples, weakExamples } from '../../lib/model/examples';
import type { TrainingSet } from '../../lib/model/training-set';
import { createRandom } from '../../lib/random';

const hierarchy = createHierarchy([
  ['a0', 'a'],
  ['a1', 'a'],
  ['b0', 'b'],
]);
const set: TrainingSet = {
  hierarchy,
  features: matrix(8, 2),
  full: { rows: Int32Array.of(0, 1, 2), labels: Int32Array.of(0, 0, 2) },
  weak: { rows: Int32Array.of(5, 6, 7), labels: Int32Array.of(0, -1, 1) },
  transition: matrix(2, 3, Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.7, 0.1)),
  validation: { features: matrix(1, 2), fine: Int32Array.of(0) },
};
const inputs = matrix(
  6,
  2,
  Float32Array.from({ length: 12 }, (_, i) => i),
);
const plain = { hidden: 3, dropout: 0, inputNoise: 0 };
const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);

test('rare classes weigh more, and the weights of all labels have mean 1', () => {
  // sklearn.utils.class_weight.compute_sample_weight('balanced', [0, 0, 0, 1])
  const expected = [2 / 3, 2 / 3, 2 / 3, 2];
  classBalance(Int32Array.of(0, 0, 0, 1)).forEach((w, i) => assert.ok(Math.abs(w - expected[i]!) < 1e-12));
});

test('a full label also teaches its group, uncorrected; a weak one teaches the group through T', () => {
  const [first] = fullExamples(set);
  assert.deepEqual([first!.fine?.label, first!.coarse?.label, first!.corrected], [0, 0, false]);
  const weak = weakExamples(set);
  assert.deepEqual(
    weak.map(({ row, coarse, corrected }) => [row, coarse?.label, corrected]),
    [
      [3, 0, true],
      [4, 2, true],
      [5, 1, true],
    ],
  );
});

test('groups of full labels and answers are balanced together, an outside answer being a class of its own', () => {
  // sklearn.utils.class_weight.compute_sample_weight('balanced', [0, 0, 1, 0, 2, 1])
  const expected = [2 / 3, 2 / 3, 1, 2 / 3, 2, 1];
  [...fullExamples(set), ...weakExamples(set)].forEach(({ coarse }, i) =>
    assert.ok(Math.abs(coarse!.weight - expected[i]!) < 1e-12),
  );
  const { transition } = correctionOf(set); // a's answers 0.8, 0.1, 0.1 and b's, times 2/3, 1 and 2
  const rows = [
    [0.8 * (2 / 3), 0.1, 0.2],
    [0.2 * (2 / 3), 0.7, 0.2],
  ].flatMap((row) => row.map((p) => p / row.reduce((a, b) => a + b, 0)));
  transition!.data.forEach((p, at) => assert.ok(Math.abs(p - rows[at]!) < 1e-6));
});

test('an answer outside the list is left out where T has no column for it', () => {
  const square = { ...set, transition: matrix(2, 2, Float32Array.of(0.9, 0.1, 0.2, 0.8)) };
  assert.deepEqual(
    weakExamples(square).map(({ row }) => row),
    [3, 5],
  );
  const { transition, ...untold } = set;
  assert.ok(transition);
  assert.ok(weakExamples(untold).every(({ corrected }) => !corrected));
});

test("each part's losses are weighted means times its shares", () => {
  const parts = [
    { examples: fullExamples(set), size: 3, fineShare: 1, coarseShare: 0.5 },
    { examples: weakExamples(set), size: 2, fineShare: 0, coarseShare: 2 },
  ];
  const batch = new BatchSource(inputs, parts, plain, createRandom(0)).next();
  assert.ok(Math.abs(sum(batch.fineWeights) - 1) < 1e-6);
  assert.ok(Math.abs(sum(batch.coarseWeights.subarray(0, 3)) - 0.5) < 1e-6);
  assert.ok(Math.abs(sum(batch.coarseWeights.subarray(3)) - 2) < 1e-6);
  assert.deepEqual([...batch.corrected], [0, 0, 0, 1, 1]);
});

test('an epoch shows every example once before any comes again', () => {
  const parts = [{ examples: fullExamples(set), size: 1, fineShare: 1, coarseShare: 0 }];
  const source = new BatchSource(inputs, parts, plain, createRandom(3));
  for (let epoch = 0; epoch < 4; epoch++) {
    const seen = [0, 1, 2].map(() => source.next().inputs.data[0]!);
    assert.deepEqual(seen.sort(), [0, 2, 4]);
  }
});

test('input noise has the given spread, and dropout keeps the mean', () => {
  const wide = matrix(1, 400);
  const one = { ...set, full: { rows: Int32Array.of(0), labels: Int32Array.of(0) } };
  const parts = [{ examples: fullExamples(one), size: 1, fineShare: 1, coarseShare: 0 }];
  const source = new BatchSource(wide, parts, { hidden: 400, dropout: 0.3, inputNoise: 0.5 }, createRandom(0));
  const noise: number[] = [];
  const mask: number[] = [];
  for (let i = 0; i < 100; i++) {
    const batch = source.next();
    noise.push(...batch.inputs.data);
    mask.push(...batch.mask!.data);
  }
  const mean = (values: number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
  assert.ok(Math.abs(Math.sqrt(mean(noise.map((x) => x * x))) - 0.5) < 0.01);
  assert.ok(Math.abs(mean(mask) - 1) < 0.01);
  assert.deepEqual(
    [...new Set(mask)].sort().map((x) => x.toFixed(4)),
    ['0.0000', (1 / 0.7).toFixed(4)],
  );
});
