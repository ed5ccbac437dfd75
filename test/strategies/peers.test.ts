import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { createRandom, type Random } from '../../lib/random';
import { coreset } from '../../lib/strategies/coreset';
import { kMeans } from '../../lib/strategies/sampling/k-means';
import { kMeansPlusPlus } from '../../lib/strategies/sampling/k-means-plus-plus';
import { gradientEmbeddings } from '../../lib/strategies/sampling/points';
import { typicality } from '../../lib/strategies/sampling/typicality';
import { createStrategy } from '../../lib/strategies/registry';
import { fromUncovered } from '../../lib/strategies/typiclust';
import { entropy, leastConfidence, margin, mutualInformation } from '../../lib/strategies/uncertainty';
import { fakeContext } from './fake-context';
import { lateEngine } from './late-engine';

/** Made by test/fixtures/strategies.py with PyTorch, SciPy and scikit-learn. */
interface Peers {
  n: number;
  classes: number;
  hiddenUnits: number;
  fine: number[];
  hidden: number[];
  members: number[][];
  entropy: number[];
  margin: number[];
  leastConfidence: number[];
  bald: number[];
  badge: { squaredNorms: number[]; centre: number; squaredDistances: number[]; uniforms: number[]; picks: number[] };
  coreset: { labelled: number[]; picks: number[] };
  typiclust: { points: number[]; starts: number[]; clusters: number[]; neighbours: number; typicality: number[] };
}
const peers = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/strategies.json'), 'utf8')) as Peers;

const rows = (values: number[], columns: number) => matrix(values.length / columns, columns, Float32Array.from(values));
const fine = rows(peers.fine, peers.classes);
const hidden = rows(peers.hidden, peers.hiddenUnits);
const near = (actual: ArrayLike<number>, expected: number[], tolerance = 1e-5): void => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(
      Math.abs(actual[i]! - value) <= tolerance * Math.max(1, Math.abs(value)),
      `${i}: ${actual[i]}, not ${value}`,
    ),
  );
};

test('entropy, margin and least confidence are those of SciPy and NumPy', () => {
  near(entropy(fine), peers.entropy);
  near(margin(fine), peers.margin);
  near(leastConfidence(fine), peers.leastConfidence);
});

test("BALD is PyTorch's entropy of the mean minus its mean entropy", () => {
  near(mutualInformation(peers.members.map((member) => rows(member, peers.classes))), peers.bald);
});

test('BALD of members that are sure and disagree is ln 2; of equal members 0', () => {
  near(mutualInformation([rows([1, 0], 2), rows([0, 1], 2)]), [Math.LN2]);
  near(mutualInformation([rows([0.3, 0.7], 2), rows([0.3, 0.7], 2)]), [0], 1e-7);
});

test("BADGE's embeddings are the last layer's gradients by autograd: norms, distances, and picks from the same draws", async () => {
  const { squaredNorms, centre, squaredDistances, uniforms, picks } = peers.badge;
  const points = gradientEmbeddings(fine, hidden);
  near(points.squaredNorms, squaredNorms);
  const nearest = new Float64Array(points.count).fill(Infinity);
  await points.approach([centre], nearest, lateEngine);
  near(nearest, squaredDistances, 1e-4);
  const given = [...uniforms];
  const random: Random = { ...createRandom(0), uniform: () => given.shift()! };
  assert.deepEqual([...(await kMeansPlusPlus(points, picks.length, random, lateEngine, 1))], picks);
  assert.equal(given.length, 0);
});

test("coreset picks what greedy k-center over scikit-learn's distances picks", async () => {
  const { labelled, picks } = peers.coreset;
  const { context } = fakeContext({
    size: peers.n,
    full: labelled,
    budget: picks.length,
    spoil: (prediction) => ({ ...prediction, hidden }),
  });
  const { purchases } = await coreset.create().query(context);
  assert.deepEqual(
    purchases.map(({ row }) => row),
    picks,
  );
});

test("k-means from fixed starts ends in scikit-learn's clusters, and typicality is that of its neighbours", async () => {
  const { starts, clusters, neighbours, typicality: expected } = peers.typiclust;
  const points = rows(peers.typiclust.points, 3);
  for (const name of ['wasm', 'onnxruntime']) {
    const engine = await createEngine({ name });
    const found = await kMeans(points, Int32Array.from(starts), engine);
    assert.deepEqual([...found], clusters);
    near(await typicality(points, found, neighbours, engine), expected, 1e-3);
  }
});

test('typiclust goes round the clusters, the least labelled and then the largest first, and small ones last', async () => {
  const clusterOf = Int32Array.from('000000001111111222222233333', Number); // sizes 8, 7, 7, 5
  const labelled = [2, 10];
  const seen: number[][] = [];
  const typicalOf = async (open: Int32Array): Promise<Float64Array> => {
    seen.push([...open.keys()].filter((row) => open[row] === -1));
    return Float64Array.from(open, (_, row) => (row * (7 * seen.length)) % 27); // another order each time
  };
  const { picks, typical } = await fromUncovered(clusterOf, labelled, 9, typicalOf);
  const best = (cluster: number, round: number): number =>
    [...clusterOf.keys()]
      .filter((row) => clusterOf[row] === cluster && !seen[round]!.includes(row))
      .reduce((a, b) => ((b * 7 * (round + 1)) % 27 > (a * 7 * (round + 1)) % 27 ? b : a));
  assert.deepEqual(
    picks,
    [0, 1, 2].flatMap((round) => [best(2, round), best(0, round), best(1, round)]),
  );
  assert.deepEqual(seen[0], labelled);
  assert.deepEqual(
    seen[1],
    [...labelled, ...picks.slice(0, 3)].sort((a, b) => a - b),
  );
  assert.equal(seen.length, 3);
  assert.equal(typical[26], (26 * 7) % 27);
  const all = (await fromUncovered(clusterOf, labelled, 99, typicalOf)).picks;
  assert.equal(new Set(all).size, 25);
  assert.deepEqual(
    all.slice(20).sort((a, b) => a - b),
    [22, 23, 24, 25, 26],
  );
});

test('typiclust judges by the images that have no label, wherever the features lie', async () => {
  // on a line: the densest place is labelled; of what is left, 10, 11 and 12 lie closest
  const places = [0, 0.1, 0.2, 0.3, 0.4, 10, 11, 12, 20];
  const labelled = [0, 1, 2, 3, 4];
  for (const offset of [0, 1e6]) {
    const { context } = fakeContext({ size: places.length, full: labelled, budget: 1 });
    const features = (which: Int32Array) =>
      rows(
        Array.from(which, (row) => places[row]! + offset),
        1,
      );
    const { purchases } = await createStrategy('typiclust(clusters=1)').query({ ...context, features });
    assert.deepEqual(purchases, [{ row: 6, level: 'full' }]);
  }
});

test('typiclust looks at a sample of a larger pool, the same for the same seed, and buys nothing else', async () => {
  const ask = (spec: string, seed: number) =>
    createStrategy(spec).query(fakeContext({ size: 60, full: [0, 1], seed }).context);
  const looked = ({ utilities }: Awaited<ReturnType<typeof ask>>) =>
    [...utilities!.full!.keys()].filter((i) => utilities!.full![i]! >= 0);
  const some = await ask('typiclust(sample=20)', 0);
  assert.equal(some.purchases.length, 10);
  assert.equal(looked(some).length, 20);
  assert.ok(some.purchases.every(({ row }) => row > 1 && looked(some).includes(row)));
  assert.deepEqual(await ask('typiclust(sample=20)', 0), some);
  assert.notDeepEqual(looked(await ask('typiclust(sample=20)', 1)), looked(some));
  assert.equal((await ask('typiclust(sample=3)', 0)).purchases.length, 10, 'never fewer than the money buys');
  assert.deepEqual(
    await ask('typiclust(sample=58)', 0),
    await ask('typiclust', 0),
    'a pool that is not larger is looked at whole',
  );
});

test('a cluster of one has no neighbours, and copies of one image are very typical, not infinitely', async () => {
  const engine = await createEngine({ name: 'wasm' });
  const values = await typicality(rows([0, 0, 1, 1, 1, 1], 2), Int32Array.of(0, 1, 1), 20, engine);
  assert.equal(values[0], 0);
  assert.ok(Number.isFinite(values[1]) && values[1]! > 1000);
});
