import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { createRandom, type Random } from '../../lib/random';
import { drawProportionally } from '../../lib/strategies/sampling/draw';
import { kCenterGreedy } from '../../lib/strategies/sampling/k-center';
import { kMeansPlusPlus } from '../../lib/strategies/sampling/k-means-plus-plus';
import { gradientEmbeddings, rowPoints, scaledDirections, type Points } from '../../lib/strategies/sampling/points';

const random = createRandom(11);
const rows = (...values: number[][]): Matrix =>
  matrix(values.length, values[0]!.length, Float32Array.from(values.flat()));

/** Squared distances of all points to `centres`, as `approach` leaves them. */
function nearestTo(points: Points, ...centres: number[]): number[] {
  const nearest = new Float64Array(points.count).fill(Infinity);
  for (const centre of centres) points.approach(centre, nearest);
  return [...nearest];
}

const squaredDistance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum;
};

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, scale: number): void => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= 1e-5 * scale, `${actual[i]} at ${i}, expected ${expected[i]}`);
};

test('distances from (10, 0) to itself, (-1, 0) and (0, 1) are 0, 121 and 101', () => {
  assert.deepEqual(nearestTo(rowPoints(rows([10, 0], [-1, 0], [0, 1])), 0), [0, 121, 101]);
});

test('the gradient embedding of p = (.5, .5), h = (1, 2) has squared norm 2.5', () => {
  const { squaredNorms } = gradientEmbeddings(rows([0.5, 0.5]), rows([1, 2]));
  assert.ok(Math.abs(squaredNorms[0]! - 2.5) < 1e-12);
});

const problem = fc
  .record({
    n: fc.integer({ min: 1, max: 40 }),
    k: fc.integer({ min: 1, max: 7 }),
    h: fc.integer({ min: 1, max: 19 }),
    seed: fc.nat(),
  })
  .map(({ n, k, h, seed }) => {
    const r = createRandom(seed).stream('problem');
    const [fine, hidden] = [matrix(n, k), matrix(n, h)];
    for (let i = 0; i < n; i++) {
      const p = row(fine, i).map(() => Math.exp(2 * r.normal()));
      const sum = p.reduce((a, b) => a + b, 0);
      row(fine, i).set(p.map((value) => value / sum));
    }
    for (let i = 0; i < hidden.data.length; i++) hidden.data[i] = Math.max(0, r.normal());
    return { fine, hidden, r };
  });

test('the factored distances are those of the embeddings written out', () => {
  fc.assert(
    fc.property(problem, ({ fine, hidden, r }) => {
      const written = Array.from({ length: fine.rows }, (_, i) => {
        const p = [...row(fine, i)];
        const q = p.map((value, k) => value - (k === p.indexOf(Math.max(...p)) ? 1 : 0));
        return q.flatMap((value) => [...row(hidden, i)].map((unit) => value * unit));
      });
      const centres = [r.integer(fine.rows), r.integer(fine.rows)];
      const points = gradientEmbeddings(fine, hidden);
      const expected = written.map((a) => Math.min(...centres.map((c) => squaredDistance(a, written[c]!))));
      close(nearestTo(points, ...centres), expected, 2 * Math.max(...points.squaredNorms) + 1e-9);
    }),
  );
});

test('candidates v h/|h| are as far apart as if written out, one set of values behind the other', () => {
  fc.assert(
    fc.property(problem, ({ hidden, r }) => {
      const values = [0, 1].map(() => Float64Array.from({ length: hidden.rows }, () => 3 * r.uniform()));
      const written = values.flatMap((level) =>
        [...level].map((value, i) => {
          const length = Math.sqrt(squaredDistance(row(hidden, i), new Float32Array(hidden.columns)));
          return [...row(hidden, i)].map((unit) => (length ? (value * unit) / length : 0));
        }),
      );
      const centres = [r.integer(written.length), r.integer(written.length)];
      const expected = written.map((a) => Math.min(...centres.map((c) => squaredDistance(a, written[c]!))));
      close(nearestTo(scaledDirections(hidden, values), ...centres), expected, 20);
    }),
  );
});

test('a draw has the probabilities of its weights, and never takes a weight of 0', () => {
  const weights = Float64Array.of(0, 1, 0, 3, 0);
  const r = random.stream('draw');
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[drawProportionally(weights, r)!]!++;
  assert.deepEqual([counts[0], counts[2], counts[4]], [0, 0, 0]);
  assert.ok(Math.abs(counts[3]! / 20_000 - 0.75) < 0.015, String(counts));
  assert.equal(drawProportionally(new Float64Array(3), r), undefined);
  assert.equal(drawProportionally(new Float64Array(0), r), undefined);
  const last: Random = { ...r, uniform: () => 1 - 2 ** -32 };
  assert.equal(drawProportionally(Float64Array.of(0.1, 0.2, 0.3, 0), last), 2);
});

test('k-means++ begins with the largest norm and then draws by squared distance', () => {
  const points = rowPoints(rows([10, 0], [-1, 0], [0, 1]));
  const seconds = Array.from({ length: 4000 }, (_, i) => {
    const picks = kMeansPlusPlus(points, 2, random.stream('second', i));
    assert.equal(picks[0], 0);
    return picks[1]!;
  });
  const share = seconds.filter((pick) => pick === 1).length / seconds.length;
  assert.ok(Math.abs(share - 121 / 222) < 0.025, `${share}, expected 121 / (121 + 101)`);
});

test('k-means++ and k-center pick no point twice, and all of them if asked for more', () => {
  fc.assert(
    fc.property(problem, fc.nat(60), ({ fine, hidden, r }, count) => {
      for (const points of [gradientEmbeddings(fine, hidden), rowPoints(hidden)])
        for (const picks of [kMeansPlusPlus(points, count, r), kCenterGreedy(points, [], count)]) {
          assert.equal(picks.length, Math.min(count, points.count));
          assert.equal(new Set(picks).size, picks.length);
          assert.ok(picks.every((pick) => pick >= 0 && pick < points.count));
        }
    }),
  );
});

test('points that are all equal, or all at the origin, are picked all the same', () => {
  for (const value of [0, 0.37]) {
    const points = rowPoints(matrix(9, 33, new Float32Array(9 * 33).fill(value)));
    for (const picks of [kMeansPlusPlus(points, 9, random.stream('equal')), kCenterGreedy(points, [4], 8)])
      assert.equal(new Set(picks).size, picks.length);
  }
});

test('copies of picked points are left until nothing else is far', () => {
  const r = random.stream('copies');
  const base = Array.from({ length: 5 }, () => Array.from({ length: 100 }, () => r.normal()));
  const points = rowPoints(rows(...base, ...base, ...base));
  for (let seed = 0; seed < 50; seed++) {
    const picks = kMeansPlusPlus(points, 5, r.stream(seed));
    assert.equal(new Set(picks.map((pick) => pick % 5)).size, 5, picks.join());
  }
});

test('of one point, that is picked; of none, nothing', () => {
  const one = rowPoints(rows([1, 2, 3]));
  assert.deepEqual([...kMeansPlusPlus(one, 3, random)], [0]);
  assert.deepEqual([...kCenterGreedy(one, [], 3)], [0]);
  assert.deepEqual([...kCenterGreedy(one, [0], 3)], []);
  const none = rowPoints(matrix(0, 4));
  assert.deepEqual([...kMeansPlusPlus(none, 3, random)], []);
  assert.deepEqual([...kCenterGreedy(none, [], 3)], []);
});

test('k-center takes the point farthest from the labelled ones, then from those and the picks', () => {
  const line = rowPoints(rows([0], [1], [4], [9], [11]));
  assert.deepEqual([...kCenterGreedy(line, [0], 3)], [4, 2, 3]);
  assert.deepEqual([...kCenterGreedy(line, [0, 4], 2)], [2, 3]);
});

test('k-center equals the plain algorithm with all distances recomputed', () => {
  fc.assert(
    fc.property(problem, ({ hidden, r }) => {
      const centres = [r.integer(hidden.rows)];
      const taken = [...centres];
      const picks = kCenterGreedy(rowPoints(hidden), centres, 5);
      for (const pick of picks) {
        const reach = (i: number): number =>
          Math.min(...taken.map((c) => squaredDistance(row(hidden, i), row(hidden, c))));
        const free = Array.from({ length: hidden.rows }, (_, i) => i).filter((i) => !taken.includes(i));
        assert.ok(reach(pick) >= Math.max(...free.map(reach)) - 1e-3);
        taken.push(pick);
      }
    }),
  );
});

test('the same seed gives the same picks', () => {
  const r = random.stream('seed');
  const points = rowPoints(
    matrix(
      50,
      5,
      Float32Array.from({ length: 250 }, () => r.normal()),
    ),
  );
  const picks = (seed: number): number[] => [...kMeansPlusPlus(points, 20, createRandom(seed))];
  assert.deepEqual(picks(1), picks(1));
  assert.notDeepEqual(picks(1), picks(2));
});

test('what cannot be sampled is refused by name', () => {
  const points = rowPoints(rows([1, 2]));
  for (const count of [-1, 1.5, NaN]) {
    assert.throws(() => kMeansPlusPlus(points, count, random), { name: 'InputError', message: /number of picks/ });
    assert.throws(() => kCenterGreedy(points, [], count), { name: 'InputError', message: /number of picks/ });
  }
  assert.throws(() => rowPoints(rows([1, 2], [NaN, 0])), /norm of row 1: NaN; its numbers must be finite/);
  assert.throws(() => gradientEmbeddings(matrix(2, 3), matrix(3, 3)), /2 of probabilities and 3 of hidden/);
  assert.throws(() => scaledDirections(matrix(2, 3), [[1, 2, 3]]), /3 for 2 rows/);
});
