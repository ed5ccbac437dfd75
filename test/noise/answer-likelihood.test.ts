import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix, row } from '../../lib/engine/matrix';
import {
  estimateLikelihood,
  logLikelihoods,
  type AnswerLikelihood,
  type Known,
} from '../../lib/noise/answer-likelihood';
import { Answers } from '../../lib/model/mixture/answers';
import { questions, type AnswerSet } from '../../lib/noise/said';
import { createRandom } from '../../lib/random';

const hierarchy = { fine: ['a', 'b', 'c', 'd', 'e'], coarse: ['x', 'y'], groupOf: Int32Array.of(0, 0, 1, 1, 1) };
const [K, C] = [5, 2];

/** Images of known classes and answers to all of them. */
function learn(classes: number[], answers: Omit<AnswerSet, 'rows'>): { likelihood: AnswerLikelihood; known: Known } {
  const rows = Int32Array.from(classes.keys());
  const shares = matrix(classes.length, K);
  classes.forEach((k, i) => (shares.data[i * K + k] = 1));
  const known = { images: rows, shares };
  return { likelihood: estimateLikelihood(questions({ rows, ...answers }, hierarchy), hierarchy, [known]), known };
}

function factors(answers: AnswerSet, likelihood: AnswerLikelihood): number[][][] {
  const images = Int32Array.from(answers.rows.keys());
  return logLikelihoods(questions(answers, hierarchy), likelihood, images).map((of) =>
    Array.from(images, (i) => Array.from(row(of, i))),
  );
}

const random = createRandom(0).stream('answers');
const classes = Array.from({ length: 2000 }, (_, i) => i % K);
const named = classes.map((k) => (random.uniform() < 0.6 ? k : random.integer(K)));

test('a name outside the list that was said again is an answer of its own, and tells the class that it stands for', () => {
  // class 4 is always called "marguerite", and every class now and then something else, never the same twice
  const fine = Int32Array.from(classes, (k, i) => (k === 4 || i % 10 === 0 ? -1 : k));
  const outside = classes.map((k, i) => (k === 4 ? 'marguerite' : i % 10 === 0 ? `other ${i}` : ''));
  const { likelihood } = learn(classes, { fine, outside });
  const { columns } = likelihood.tables.get('fine')!;
  assert.equal(columns, K + 2, 'classes, "marguerite", outside the list');
  const asked = { rows: Int32Array.of(0, 1), fine: Int32Array.of(-1, -1), outside: ['marguerite', 'marguerite'] };
  const [[logs]] = factors(asked, likelihood) as [number[][]];
  assert.ok(
    logs!.every((log, k) => k === 4 || log < logs![4]! - 3),
    String(logs),
  );
});

test('the joint likelihood of a fine and a coarse answer sums to 1 over all pairs of answers', () => {
  const coarse = classes.map((k) => (random.uniform() < 0.8 ? hierarchy.groupOf[k]! : random.integer(C + 1) - 1));
  const { likelihood } = learn(classes, { fine: Int32Array.from(named), coarse: Int32Array.from(coarse) });
  const pairs = Array.from({ length: (K + 1) * (C + 1) }, (_, i) => [(i % (K + 1)) - 1, Math.floor(i / (K + 1)) - 1]);
  const [fine, second] = factors(
    {
      rows: Int32Array.from(pairs.keys()),
      fine: Int32Array.from(pairs, ([f]) => f!),
      coarse: Int32Array.from(pairs, ([, c]) => c!),
    },
    likelihood,
  );
  for (let k = 0; k < K; k++) {
    const sum = pairs.reduce((total, _, i) => total + Math.exp(fine![i]![k]! + second![i]![k]!), 0);
    assert.ok(Math.abs(sum - 1) < 1e-4, `class ${k}: ${sum}`);
  }
});

test('a group that is read off the class named tells nothing more of the image', () => {
  const coarse = Int32Array.from(named, (k) => hierarchy.groupOf[k]!);
  const { likelihood } = learn(classes, { fine: Int32Array.from(named), coarse });
  assert.ok(likelihood.readOff!.shares[0] > 0.95);
  const answers = { rows: Int32Array.of(0), fine: Int32Array.of(3), coarse: Int32Array.of(1) };
  const [, second] = factors(answers, likelihood);
  assert.ok(Math.max(...second![0]!) - Math.min(...second![0]!) < 0.05);
});

test('a group answered for itself counts beside the class named', () => {
  const coarse = classes.map((k) => (random.uniform() < 0.95 ? hierarchy.groupOf[k]! : random.integer(C)));
  const { likelihood } = learn(classes, { fine: Int32Array.from(named), coarse: Int32Array.from(coarse) });
  assert.ok(likelihood.readOff!.shares[0] < 0.2);
  const [, second] = factors({ rows: Int32Array.of(0), fine: Int32Array.of(3), coarse: Int32Array.of(0) }, likelihood);
  assert.ok(second![0]![0]! - second![0]![3]! > 2);
});

test('with many images the rows are the frequencies, with synonyms: a class called another is found out', () => {
  const synonym = Int32Array.from(classes, (k) => (k === 0 ? 3 : k));
  const T = learn(classes, { fine: synonym }).likelihood.tables.get('fine')!;
  assert.ok(row(T, 0)[3]! > 0.98 && row(T, 4)[4]! > 0.98);
});

test('a class without a trusted image behaves as its group, and a group without one as all groups do', () => {
  const T = learn([2, 2, 2, 2, 3, 3, 3, 3], { fine: Int32Array.of(3, 3, 3, 3, 2, 2, 2, 2) }).likelihood.tables.get(
    'fine',
  )!;
  assert.ok(row(T, 4)[2]! + row(T, 4)[3]! > row(T, 4)[4]!, 'siblings are confused in this group');
  assert.ok(row(T, 0)[1]! > row(T, 0)[0]!, 'and so they are expected to be in the other');
  for (let k = 0; k < K; k++) assert.ok(Math.abs(row(T, k).reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
});

test('no answer is no factor, and an answer outside the list has a column of its own', () => {
  const answers = { rows: Int32Array.of(0, 1), fine: Int32Array.of(-2, -1) };
  const { likelihood } = learn([0, 0, 1, 1], { fine: Int32Array.of(-1, -1, 1, 1) });
  const [[none, outside]] = factors(answers, likelihood) as [number[][]];
  assert.ok(none!.every((value) => value === 0));
  assert.ok(outside![0]! > outside![1]!);
});

test('a probability vector that is certain counts as the answer', () => {
  const [fine, rows] = [Int32Array.from(named), Int32Array.from(classes.keys())];
  const probabilities = matrix(classes.length, K);
  named.forEach((k, i) => (probabilities.data[i * K + k] = 1));
  const [hard, soft] = [learn(classes, { fine }), learn(classes, { probabilities })];
  assert.deepEqual(soft.likelihood.tables.get('fine')!.data, hard.likelihood.tables.get('fine')!.data);
  assert.deepEqual(factors({ rows, probabilities }, soft.likelihood), factors({ rows, fine }, hard.likelihood));
});

test('in a ranked list the first name is the answer, and the later ones count for the classes they are named with', () => {
  const ranked = Array.from({ length: 40 }, (_, i) => Int32Array.of(i % 2 ? 2 : 0, i % 2 ? 3 : 1));
  const truth = ranked.map((_, i) => (i % 2 ? 3 : 1));
  const { likelihood } = learn(truth, { ranked });
  const [first, later] = factors({ rows: Int32Array.of(0), ranked: [Int32Array.of(0, 1)] }, likelihood);
  assert.ok(first![0]![1]! > first![0]![3]! && later![0]![1]! > later![0]![3]!);
});

test('answers that do not fit are refused by name', () => {
  const rows = Int32Array.of(0, 1);
  assert.throws(() => questions({ rows, fine: Int32Array.of(0) }, hierarchy), /1 fine answers for 2 rows/);
  assert.throws(() => questions({ rows, coarse: Int32Array.of(0, 2) }, hierarchy), /Unexpected answer: 2/);
  assert.throws(() => questions({ rows, probabilities: matrix(2, 4) }, hierarchy), /4 probabilities an answer/);
  for (const wrong of [NaN, -0.25, Infinity])
    assert.throws(() => questions({ rows, probabilities: matrix(2, 2, Float32Array.of(1, 0, wrong, 1)) }, hierarchy), {
      name: 'InputError',
      message: `Unexpected probability: ${wrong} (answer 1, column 0); expected 0 or more`,
    });
});

test('an answer to a row that is not in the pool, or a second one to a row, is refused by its number', () => {
  const answers = (...rows: number[]) =>
    new Answers({ rows: Int32Array.from(rows), coarse: new Int32Array(rows.length) }, hierarchy, 3);
  assert.ok(answers(2, 0).has(2));
  for (const [wrong, ...rows] of [
    [-1, 0, -1],
    [3, 3, 1],
    [1, 1, 2, 1],
  ])
    assert.throws(() => answers(...rows), {
      name: 'InputError',
      message: `Unexpected answer to row ${wrong}; expected one answer a row, of rows 0 to 2`,
    });
});
