import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { countAnswers, type TrustedAnswers } from '../../lib/noise/answers';
import { betaQuantile } from '../../lib/noise/beta';
import { transitionPosterior, trustedImagesNeeded } from '../../lib/noise/posterior';
import { estimateTransition } from '../../lib/noise/transition-matrix';
import { createRandom, type Random } from '../../lib/random';

const truth = matrix(3, 4, Float32Array.of(0.8, 0.1, 0.05, 0.05, 0.3, 0.5, 0.15, 0.05, 0.02, 0.03, 0.9, 0.05));

/** `n` images a group, answered by T; column 3 is an answer outside the list. */
function draws(T: Matrix, n: number, random: Random): TrustedAnswers {
  const groups = Int32Array.from({ length: T.rows * n }, (_, i) => i % T.rows);
  const answers = groups.map((group) => {
    let left = random.uniform();
    const j = row(T, group).findIndex((p) => (left -= p) < 0);
    return j === T.rows ? -1 : Math.max(j, 0);
  });
  return { groups, answers };
}

test('intervals are the quantiles of the Beta marginals: 8 of 10 right without a prior is Beta(8, 2)', () => {
  const groups = new Int32Array(10);
  const { mean, low, high } = transitionPosterior({ groups, answers: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1) }, 2, {
    strength: 0,
  });
  assert.deepEqual([mean.data[0], mean.data[1]], [Math.fround(0.8), Math.fround(0.2)]);
  // scipy.stats.beta.ppf([.025, .975], 8, 2) = 0.51750268, 0.97185512
  assert.ok(Math.abs(low.data[0]! - 0.51750268) < 1e-6 && Math.abs(high.data[0]! - 0.97185512) < 1e-6);
  assert.deepEqual([low.data[2], high.data[2]], [0, 1], 'nothing is known of the other group');
});

test('T is recovered: its 95 % interval holds the true entry in 95 % of 200 draws', () => {
  // Entries of one row depend on each other, so each entry is judged by itself: of 200 draws, a binomial count with
  // p = 0.95 lies in 179 .. 199 with probability 0.9995, for all 12 entries together with at least 0.993.
  const random = createRandom(7);
  const held = new Int32Array(12);
  for (let draw = 0; draw < 200; draw++) {
    const trusted = draws(truth, 150, random.stream('draw', draw));
    const { low, high } = transitionPosterior(trusted, 3, { outside: true });
    held.forEach(
      (_, at) => (held[at]! += low.data[at]! <= truth.data[at]! && truth.data[at]! <= high.data[at]! ? 1 : 0),
    );
  }
  held.forEach((count, at) => assert.ok(count >= 179 && count <= 199, `entry ${at}: in ${count} of 200 draws`));
  const all = held.reduce((sum, count) => sum + count, 0) / 2400;
  assert.ok(Math.abs(all - 0.95) < 0.015, `${all} of all entries`);
});

test('the mean is the T that is trained with, it lies in the interval unless it is all but 0 or 1, and more answers narrow it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 30 }), (seed, n) => {
      const few = draws(truth, n, createRandom(seed));
      const twice = {
        groups: Int32Array.of(...few.groups, ...few.groups),
        answers: Int32Array.of(...few.answers, ...few.answers),
      };
      const [a, b] = [few, twice].map((trusted) => transitionPosterior(trusted, 3, { outside: true }));
      assert.deepEqual(a!.mean, estimateTransition(few, 3, { outside: true }));
      const width = ({ low, high }: typeof a & object): number =>
        high.data.reduce((sum, p, i) => sum + p - low.data[i]!, 0);
      assert.ok(width(b!) < width(a!));
      // a Beta this skewed may have its mean beyond 97.5 % of it: 18 answers of 18 right, 0.000227 and 0.000166
      const plain = (p: number): boolean => p > 0.05 && p < 0.95;
      a!.mean.data.forEach((p, i) => assert.ok(!plain(p) || (a!.low.data[i]! <= p && p <= a!.high.data[i]!)));
    }),
    { numRuns: 20 },
  );
});

test('as many trusted images as are said to be needed make the interval that narrow, and one fewer does not', () => {
  // one group right 3 times in 4, no prior: Beta(0.75 n, 0.25 n)
  const trusted = { groups: Int32Array.of(0, 0, 0, 0), answers: Int32Array.of(0, 0, 0, 1) };
  const { perGroup } = trustedImagesNeeded({ ...trusted }, 2, { halfWidth: 0.1, strength: 0 });
  const width = (n: number): number =>
    betaQuantile(0.975, 0.75 * n, 0.25 * n) - betaQuantile(0.025, 0.75 * n, 0.25 * n);
  assert.ok(width(perGroup[0]!) <= 0.2 && width(perGroup[0]! - 1) > 0.2, String(perGroup[0]));
  assert.ok(Math.abs(perGroup[0]! - (1.96 / 0.1) ** 2 * 0.75 * 0.25) < 6, 'near the normal approximation, 72');
});

test('images needed: in all by group or at random, and T counted on so many is that sure of every entry', () => {
  const trusted = draws(truth, 40, createRandom(3));
  const needed = trustedImagesNeeded(trusted, 3, { halfWidth: 0.08 });
  assert.equal(
    needed.total,
    needed.perGroup.reduce((sum, n) => sum + n, 0),
  );
  assert.equal(needed.atRandom, 3 * Math.max(...needed.perGroup));
  const rare = trustedImagesNeeded(trusted, 3, { halfWidth: 0.08, shares: [8, 1, 1] });
  assert.equal(rare.atRandom, 10 * Math.max(rare.perGroup[1]!, rare.perGroup[2]!));
  const observed = countAnswers(trusted, 3, 4);
  const pairs = Array.from(observed.data, (n, at) => {
    const [group, answer] = [Math.floor(at / 4), at % 4 === 3 ? -1 : at % 4];
    return new Array<[number, number]>(Math.round((n / 40) * needed.perGroup[group]!)).fill([group, answer]);
  }).flat();
  const [groups, answers] = [Int32Array.from(pairs, ([i]) => i), Int32Array.from(pairs, ([, j]) => j)];
  const { low, high } = transitionPosterior({ groups, answers }, 3);
  low.data.forEach((p, at) => assert.ok(high.data[at]! - p <= 2 * 0.085, `entry ${at}: ${high.data[at]! - p}`));
});

test('levels, widths and shares that make no sense are refused', () => {
  const trusted = { groups: Int32Array.of(0), answers: Int32Array.of(0) };
  assert.throws(() => transitionPosterior(trusted, 2, { level: 95 }), /Unexpected level: 95; expected a probability/);
  assert.throws(() => trustedImagesNeeded(trusted, 2, { halfWidth: 0 }), /Unexpected halfWidth: 0/);
  assert.throws(() => trustedImagesNeeded(trusted, 2, { halfWidth: 0.1, shares: [1] }), /1 shares for 2 groups/);
  assert.throws(() => trustedImagesNeeded(trusted, 2, { halfWidth: 0.1, shares: [1, 0] }), /Unexpected share: 0/);
  assert.throws(() => betaQuantile(0.5, 0, 0), /Beta distribution: 0, 0/);
});
