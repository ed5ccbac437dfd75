import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEngine } from '../../lib/engine';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { createRandom, type Random } from '../../lib/random';
import { drawProportionally } from '../../lib/strategies/sampling/draw';
import { kCenterGreedy } from '../../lib/strategies/sampling/k-center';
import { kMeansPlusPlus } from '../../lib/strategies/sampling/k-means-plus-plus';
import { gradientEmbeddings, rowPoints, scaledDirections, type Points } from '../../lib/strategies/sampling/points';
import { lateEngine as engine } from './late-engine';

const random = createRandom(11);
const rows = (...values: number[][]): Matrix =>
  matrix(values.length, values[0]!.length, Float32Array.from(values.flat()));

/** Squared distances of all points to `centres`, as `approach` leaves them. */
async function nearestTo(points: Points, ...centres: number[]): Promise<number[]> {
  const nearest = new Float64Array(points.count).fill(Infinity);
  await points.approach(centres, nearest, engine);
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

test('distances from (10, 0) to itself, (-1, 0) and (0, 1) are 0, 121 and 101', async () => {
  assert.deepEqual(await nearestTo(rowPoints(rows([10, 0], [-1, 0], [0, 1])), 0), [0, 121, 101]);
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

test('the factored distances are those of the embeddings written out', async () => {
  await fc.assert(
    fc.asyncProperty(problem, async ({ fine, hidden, r }) => {
      const written = Array.from({ length: fine.rows }, (_, i) => {
        const p = [...row(fine, i)];
        const q = p.map((value, k) => value - (k === p.indexOf(Math.max(...p)) ? 1 : 0));
        return q.flatMap((value) => [...row(hidden, i)].map((unit) => value * unit));
      });
      const centres = [r.integer(fine.rows), r.integer(fine.rows)];
      const points = gradientEmbeddings(fine, hidden);
      const expected = written.map((a) => Math.min(...centres.map((c) => squaredDistance(a, written[c]!))));
      close(await nearestTo(points, ...centres), expected, 2 * Math.max(...points.squaredNorms) + 1e-9);
    }),
  );
});

test('candidates v h/|h| are as far apart as if written out, one set of values behind the other', async () => {
  await fc.assert(
    fc.asyncProperty(problem, async ({ hidden, r }) => {
      const values = [0, 1].map(() => Float64Array.from({ length: hidden.rows }, () => 3 * r.uniform()));
      const written = values.flatMap((level) =>
        [...level].map((value, i) => {
          const length = Math.sqrt(squaredDistance(row(hidden, i), new Float32Array(hidden.columns)));
          return [...row(hidden, i)].map((unit) => (length ? (value * unit) / length : 0));
        }),
      );
      const centres = [r.integer(written.length), r.integer(written.length)];
      const expected = written.map((a) => Math.min(...centres.map((c) => squaredDistance(a, written[c]!))));
      close(await nearestTo(scaledDirections(hidden, values), ...centres), expected, 20);
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

test('k-means++ begins with the largest norm and then draws by squared distance', async () => {
  const points = rowPoints(rows([10, 0], [-1, 0], [0, 1]));
  let ones = 0;
  for (let i = 0; i < 4000; i++) {
    const picks = await kMeansPlusPlus(points, 2, random.stream('second', i), engine);
    assert.equal(picks[0], 0);
    if (picks[1] === 1) ones++;
  }
  assert.ok(Math.abs(ones / 4000 - 121 / 222) < 0.025, `${ones / 4000}, expected 121 / (121 + 101)`);
});

test('k-means++ draws by the distance from all picks, also while some of them wait for their product', async () => {
  const places = [
    [9, 1],
    [-3, 0],
    [0, 4],
    [1, 1],
    [2, -5],
    [7, 2],
    [-2, -2],
  ];
  const points = rowPoints(rows(...places));
  const expected = placeShares(places, [0], 1);
  const runs = 6000;
  const counts = new Float64Array(places.length);
  for (let i = 0; i < runs; i++) counts[(await kMeansPlusPlus(points, 6, random.stream('six', i), engine))[5]!]!++;
  counts.forEach((count, point) => {
    const spread = 4 * Math.sqrt(0.25 / runs);
    assert.ok(Math.abs(count / runs - expected[point]!) < spread, `${point}: ${count / runs}, not ${expected[point]}`);
  });
});

/** How probable each point is as the sixth pick after `picks`, which themselves have probability `p`: all orders added up. */
function placeShares(places: number[][], picks: number[], p: number): Float64Array {
  const weights = places.map((place) => Math.min(...picks.map((pick) => squaredDistance(place, places[pick]!))));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = new Float64Array(places.length);
  weights.forEach((weight, point) => {
    if (weight === 0) return;
    if (picks.length === 5) shares[point]! += (p * weight) / total;
    else placeShares(places, [...picks, point], (p * weight) / total).forEach((share, i) => (shares[i]! += share));
  });
  return shares;
}

test('k-means++ and k-center pick no point twice, and all of them if asked for more', async () => {
  await fc.assert(
    fc.asyncProperty(problem, fc.nat(60), async ({ fine, hidden, r }, count) => {
      for (const points of [gradientEmbeddings(fine, hidden), rowPoints(hidden)])
        for (const picks of [
          await kMeansPlusPlus(points, count, r, engine),
          (await kCenterGreedy(points, [], count, engine)).picks,
        ]) {
          assert.equal(picks.length, Math.min(count, points.count));
          assert.equal(new Set(picks).size, picks.length);
          assert.ok(picks.every((pick) => pick >= 0 && pick < points.count));
        }
    }),
  );
});

test('points that are all equal, or all at the origin, are picked all the same', async () => {
  for (const value of [0, 0.37]) {
    const points = rowPoints(matrix(9, 33, new Float32Array(9 * 33).fill(value)));
    const seeds = await kMeansPlusPlus(points, 9, random.stream('equal'), engine);
    const { picks } = await kCenterGreedy(points, [4], 8, engine);
    assert.deepEqual([new Set(seeds).size, new Set(picks).size], [9, 8]);
  }
});

test('copies of picked points are left until nothing else is far, by either engine', async () => {
  const r = random.stream('copies');
  const base = Array.from({ length: 5 }, () => Array.from({ length: 800 }, () => Math.max(0, r.normal())));
  const points = rowPoints(rows(...base, ...base, ...base));
  for (const name of ['wasm', 'onnxruntime'])
    for (let seed = 0; seed < 50; seed++) {
      const picks = await kMeansPlusPlus(points, 5, r.stream(seed), await createEngine({ name }));
      assert.equal(new Set(picks.map((pick) => pick % 5)).size, 5, `${name}: ${picks.join()}`);
    }
});

test('points far from the origin are as far apart as near it, and their copies are still copies', async () => {
  const r = random.stream('far');
  const places = [...Array.from({ length: 6 }, () => [r.integer(9), r.integer(9)]), [3, 3], [3, 3]];
  const far = places.map(([x, y]) => [x! + 20_000, y! - 50_000]);
  assert.deepEqual(await nearestTo(rowPoints(rows(...far)), 6), await nearestTo(rowPoints(rows(...places)), 6));
  const [p, h] = [
    [0.5, 0.3, 0.2],
    [4000, 3000],
  ] as const;
  const near = [[...h], [h[0] + 1, h[1] - 2], [...h]];
  const gradients = await nearestTo(gradientEmbeddings(rows([...p], [...p], [...p]), rows(...near)), 0);
  close(gradients, [0, 5 * (0.25 + 0.09 + 0.04), 0], 1);
  const directions = await nearestTo(scaledDirections(rows(...near), [[2, 2, 2.001]]), 0);
  const angle = Math.atan2(3000, 4000) - Math.atan2(2998, 4001);
  close(directions, [0, (4 * Math.sin(angle / 2)) ** 2, 1e-6], 1e-3);
});

test('of one point, that is picked; of none, nothing', async () => {
  const one = rowPoints(rows([1, 2, 3]));
  const none = rowPoints(matrix(0, 4));
  const [seeds, farthest] = [
    async (points: Points) => [...(await kMeansPlusPlus(points, 3, random, engine))],
    async (points: Points, ...centres: number[]) => (await kCenterGreedy(points, centres, 3, engine)).picks,
  ];
  assert.deepEqual([await seeds(one), await farthest(one), await farthest(one, 0)], [[0], [0], []]);
  assert.deepEqual([await seeds(none), await farthest(none)], [[], []]);
});

test('k-center takes the point farthest from the labelled ones, then from those and the picks', async () => {
  const line = rowPoints(rows([0], [1], [4], [9], [11]));
  const from = async (centres: number[], count: number) => kCenterGreedy(line, centres, count, engine);
  assert.deepEqual(await from([0], 3), {
    picks: [4, 2, 3],
    squaredDistances: Float64Array.of(0, 1, 16, 81, 121),
  });
  assert.deepEqual((await from([0, 4], 2)).picks, [2, 3]);
});

test('k-center equals the plain algorithm with all distances recomputed', async () => {
  await fc.assert(
    fc.asyncProperty(problem, async ({ hidden, r }) => {
      const centres = [r.integer(hidden.rows)];
      const taken = [...centres];
      const { picks } = await kCenterGreedy(rowPoints(hidden), centres, 12, engine);
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

test('the same seed gives the same picks', async () => {
  const r = random.stream('seed');
  const points = rowPoints(
    matrix(
      50,
      5,
      Float32Array.from({ length: 250 }, () => r.normal()),
    ),
  );
  const picks = async (seed: number) => [...(await kMeansPlusPlus(points, 20, createRandom(seed), engine))];
  assert.deepEqual(await picks(1), await picks(1));
  assert.notDeepEqual(await picks(1), await picks(2));
});

test('what cannot be sampled is refused by name', async () => {
  const points = rowPoints(rows([1, 2]));
  const refused = { name: 'InputError', message: /number of picks/ };
  for (const count of [-1, 1.5, NaN]) {
    await assert.rejects(kMeansPlusPlus(points, count, random, engine), refused);
    await assert.rejects(kCenterGreedy(points, [], count, engine), refused);
  }
  assert.throws(() => rowPoints(rows([1, 2], [NaN, 0])), /norm of row 1: NaN; its numbers must be finite/);
  assert.throws(() => rowPoints(rows([1, 2], [1e20, 0])), /norm of row 1: 1.*e\+40; its numbers must be finite/);
  assert.throws(() => gradientEmbeddings(matrix(2, 3), matrix(3, 3)), /2 of probabilities and 3 of hidden/);
  assert.throws(() => scaledDirections(matrix(2, 3), [[1, 2, 3]]), /3 for 2 rows/);
});
