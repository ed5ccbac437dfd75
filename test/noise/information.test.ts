import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix, row, softmaxRows, type Matrix } from '../../lib/engine/matrix';
import { entropy, expectedInformation, informationOf, tempered } from '../../lib/noise/information';
import { createRandom } from '../../lib/random';

const random = createRandom(0).stream('information');

function stochastic(rows: number, columns: number): Matrix {
  const a = matrix(rows, columns);
  for (let i = 0; i < a.data.length; i++) a.data[i] = 2 * random.normal();
  return softmaxRows(a);
}

test("an answer's expected information is the fall of the class's entropy, averaged over the answers by Bayes' rule", async () => {
  const [p, L] = [stochastic(6, 4), stochastic(4, 5)];
  const found = await expectedInformation(p, L, await createEngine());
  for (let i = 0; i < p.rows; i++) {
    let left = 0;
    for (let j = 0; j < L.columns; j++) {
      const joint = Array.from(row(p, i), (q, k) => q * L.data[k * L.columns + j]!);
      const chance = joint.reduce((sum, q) => sum + q, 0);
      left += chance * entropy(joint.map((q) => q / chance));
    }
    assert.ok(Math.abs(found[i]! - (entropy(row(p, i)) - left)) < 1e-5);
  }
});

test('an answer tells nothing of a class that is known, and nothing if all classes get the same answers', async () => {
  const engine = await createEngine();
  const known = matrix(1, 3, Float32Array.of(0, 1, 0));
  assert.equal((await expectedInformation(known, stochastic(3, 4), engine))[0], 0);
  const alike = matrix(3, 2, Float32Array.of(0.3, 0.7, 0.3, 0.7, 0.3, 0.7));
  assert.ok((await expectedInformation(stochastic(1, 3), alike, engine))[0]! < 1e-6);
});

test('a true answer tells all of the class: its entropy', async () => {
  const p = stochastic(1, 3);
  const identity = matrix(3, 3, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
  const [told] = await expectedInformation(p, identity, await createEngine());
  assert.ok(Math.abs(told! - entropy(row(p, 0))) < 1e-6);
});

test('a likelihood of weight 1 is itself, of weight 0 the same for all answers', () => {
  const L = stochastic(3, 4);
  tempered(L, 1).data.forEach((p, at) => assert.ok(Math.abs(p - L.data[at]!) < 1e-6));
  assert.ok(tempered(L, 0).data.every((p) => p === 0.25));
});

test('a class and a group named together tell what their joint likelihood does, summed over every pair of answers', async () => {
  const [p, F, T, read] = [stochastic(5, 4), stochastic(4, 5), stochastic(4, 3), stochastic(5, 3)];
  const of = (own: number, f: number, c: number) => 0.6 * read.data[f * 3 + c]! + 0.4 * own;
  const likelihood = {
    tables: new Map([['fine', F] as const, ['coarse', T] as const]),
    readOff: { shares: [0.6, 0.6] as const, given: (f: number, c: number) => (own: number) => of(own, f, c) },
  };
  const found = await informationOf(p, likelihood, [1, 1], await createEngine());
  const pairs = Array.from({ length: 15 }, (_, at) => [Math.floor(at / 3), at % 3] as const);
  const joint = (k: number, [f, c]: readonly [number, number]) => F.data[k * 5 + f]! * of(T.data[k * 3 + c]!, f, c);
  for (let i = 0; i < p.rows; i++) {
    const left = pairs.map((pair) => {
      const both = Array.from(row(p, i), (q, k) => q * joint(k, pair));
      const chance = both.reduce((sum, q) => sum + q, 0);
      return chance * entropy(both.map((q) => q / chance));
    });
    const told = entropy(row(p, i)) - left.reduce((sum, h) => sum + h, 0);
    assert.ok(Math.abs(found[i]! - told) < 1e-3 * told, `${found[i]} for ${told}`);
  }
});

test('a group that is always read off the class named tells nothing more', async () => {
  const [p, F, T] = [stochastic(3, 4), stochastic(4, 4), stochastic(4, 2)];
  const given = (f: number, c: number) => () => Number(f % 2 === c);
  const likelihood = {
    tables: new Map([['fine', F] as const, ['coarse', T] as const]),
    readOff: { shares: [1, 1] as const, given },
  };
  const engine = await createEngine();
  const both = await informationOf(p, likelihood, [1, 1], engine);
  (await expectedInformation(p, F, engine)).forEach((told, i) => assert.ok(Math.abs(both[i]! - told) < 1e-6));
});
