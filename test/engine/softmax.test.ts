import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix, softmaxRows } from '../../lib/engine/matrix';
import { softmaxRowsFast } from '../../lib/engine/softmax';
import { createRandom } from '../../lib/random';

for (const [rows, columns] of [
  [0, 3],
  [1, 1],
  [7, 5],
  [3000, 101],
] as const)
  test(`the kernel's softmax of ${rows} x ${columns} is the plain one`, () => {
    const random = createRandom(rows).stream('scores');
    const scores = Float32Array.from({ length: rows * columns }, () => 20 * random.normal());
    const [fast, plain] = [scores.slice(), scores.slice()];
    softmaxRowsFast(matrix(rows, columns, fast));
    softmaxRows(matrix(rows, columns, plain));
    fast.forEach((p, at) => assert.ok(Math.abs(p - plain[at]!) < 1e-6, `${at}: ${p}, not ${plain[at]}`));
  });
