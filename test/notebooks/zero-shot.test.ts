import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dataset } from '../../lib/data/dataset';
import { zeroShot } from '../../notebooks/kit/zero-shot';

const hierarchy = { fine: ['a', 'b', 'c'], coarse: ['x', 'y'], groupOf: Int32Array.of(0, 0, 1) };

/** 60 images, 20 of each class; whoever sees an "a" says "b", and the other way round. */
function swapped(): Dataset {
  const fine = Int32Array.from({ length: 60 }, (_, i) => i % 3);
  const answers = {
    annotator: 'swaps two',
    fine: fine.map((k) => [1, 0, 2][k]!),
    coarse: fine.map((k) => hierarchy.groupOf[k]!),
  };
  return { name: 'tiny', title: 'tiny', hierarchy, pool: { fine }, test: { fine: Int32Array.of(0, 1, 2) }, answers };
}

test('the annotator alone is judged as it answers, and with its habits as labelled images tell them', () => {
  const data = swapped();
  const images = Array.from({ length: 30 }, (_, i) => 30 + i);
  const labels = (image: number) => (image < 30 ? hierarchy.fine[data.pool.fine[image]!] : undefined);
  assert.deepEqual(zeroShot(data, labels, images), { said: 1 / 3, corrected: 1 });
});

test('images that nobody answered are read over, and data without fine answers are refused', () => {
  const { answers, ...data } = swapped();
  const some = { ...answers!, fine: answers!.fine!.map((code, i) => (i < 30 ? -3 : code)) };
  const labels = (image: number) => (image < 30 ? 'a' : undefined);
  assert.equal(zeroShot({ ...data, answers: some }, labels, [30, 31, 32]).said, 1 / 3);
  assert.throws(() => zeroShot(data, labels, [30]), /"tiny" has no recorded fine answers/);
});
