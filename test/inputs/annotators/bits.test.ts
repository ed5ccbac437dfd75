import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitsTold, entropyOfCounts, plainEntropy } from '../../../inputs/annotators/bits';
import { createRandom } from '../../../lib/random';

const near = (given: number, wanted: number, by = 1e-9): void =>
  assert.ok(Math.abs(given - wanted) < by, `${given}; expected ${wanted}`);

test('an answer that names the class tells log2 of their number, one that never changes tells nothing', () => {
  near(bitsTold([[8, 0], [0, 8]], plainEntropy), 1); // prettier-ignore
  near(bitsTold([[8, 0], [8, 0]]), 0); // prettier-ignore
});

test('the entropy from counts 2, 1, 1 is that computed by hand', () => {
  // n = 4, two seen once: coverage 1/2, shares 1/4, 1/8, 1/8
  const by = (p: number): number => (p * Math.log2(1 / p)) / (1 - (1 - p) ** 4);
  near(entropyOfCounts([2, 1, 1]), by(1 / 4) + 2 * by(1 / 8));
  near(entropyOfCounts([2, 1, 1]), 0.5 / 0.68359375 + (2 * 0.375) / 0.413818359375);
});

test('answers are weighed by their classes: a hand-computed table of 2 classes and 3 answers', () => {
  // H(4, 2, 2 of 8) = 1.5; class one (4 of 8) is certain, class two says either of two
  near(bitsTold([[4, 0, 0], [0, 2, 2]], plainEntropy), 1.5 - 0.5 * 0 - 0.5 * 1); // prettier-ignore
});

test('with 25 images a class, the corrected bits are nearer the truth than the plain ones, and off by a third of a bit at most', () => {
  const [K, n, right] = [60, 25, 0.4];
  const noise = (1 - right) / (K - 1);
  const truth = Math.log2(K) + right * Math.log2(right) + (K - 1) * noise * Math.log2(noise);
  const random = createRandom(3);
  const counts = Array.from({ length: K }, (_, k) => {
    const row = new Array<number>(K).fill(0);
    for (let i = 0; i < n; i++) {
      const other = (k + 1 + random.integer(K - 1)) % K;
      row[random.uniform() < right ? k : other]!++;
    }
    return row;
  });
  const [plain, corrected] = [bitsTold(counts, plainEntropy), bitsTold(counts)];
  assert.ok(plain > truth + 0.5, `plain ${plain}, truth ${truth}`);
  assert.ok(Math.abs(corrected - truth) < 0.35, `corrected ${corrected}, truth ${truth}`);
});
