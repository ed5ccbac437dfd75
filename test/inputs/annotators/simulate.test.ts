import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { simulatedAnswers } from '../../../inputs/annotators/simulate';
import { groupsOf } from '../../../lib/data/hierarchy';
import { synthetic } from '../../../inputs/datasets/synthetic';
import { validateDataset } from '../../../lib/data/dataset';
import { matrix } from '../../../lib/engine/matrix';
import { countAnswers } from '../../../lib/noise/transition-matrix';

const data = synthetic({ fine: 6, coarse: 3, pool: 6000, test: 30, features: 2 });
const groups = groupsOf(data.hierarchy, data.pool.fine);
const T = matrix(3, 4, Float32Array.of(0.7, 0.2, 0, 0.1, 0.05, 0.9, 0.05, 0, 0.25, 0.25, 0.5, 0));

/** No share may be further from its probability than 4 standard errors: of 12 shares, one in 1300 runs would be. */
function assertShares(answers: Int32Array): void {
  const counts = countAnswers({ groups, answers }, 3, 4);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 4; j++) {
      const p = T.data[i * 4 + j]!;
      const n = 2000;
      const distance = Math.abs(counts.data[i * 4 + j]! / n - p);
      assert.ok(distance <= 4 * Math.sqrt((p * (1 - p)) / n), `T[${i}][${j}] = ${p}, off by ${distance}`);
    }
}

test('a simulated annotator answers by its transition matrix, outside answers included, and says that it is simulated', () => {
  const answers = simulatedAnswers(data, { transition: T, seed: 1 });
  validateDataset({ ...data, answers });
  assertShares(answers.coarse);
  assert.equal(answers.annotator, 'simulated annotator (drawn from a known transition matrix)');
});

test('with difficulty, hard images are wrong more often, and the transition matrix stays', () => {
  const of = Float64Array.from(groups, (_, i) => Math.sin(i));
  const { coarse, annotator } = simulatedAnswers(data, { transition: T, seed: 2, difficulty: { spread: 2, of } });
  assertShares(coarse);
  const wrong = (hard: boolean): number => {
    const rows = [...groups.keys()].filter((i) => of[i]! > 0 === hard);
    return rows.filter((i) => coarse[i] !== groups[i]).length / rows.length;
  };
  assert.ok(wrong(true) > 2 * wrong(false), `${wrong(true)} of the hard ones, ${wrong(false)} of the easy ones`);
  assert.match(annotator, /less often on hard images\)$/);
});

test('accuracy 1 and 0 are always and never right, with or without difficulty', () => {
  for (const difficulty of [undefined, { spread: 1 }]) {
    const options = difficulty ? { difficulty } : {};
    assert.deepEqual(simulatedAnswers(data, { accuracy: 1, ...options }).coarse, groups);
    assert.ok(simulatedAnswers(data, { accuracy: 0, ...options }).coarse.every((answer, i) => answer !== groups[i]));
  }
  assert.equal(simulatedAnswers(data, { accuracy: 0.75 }).annotator, 'simulated annotator (right 75 % of the time)');
});

test('an annotator that names classes is right as often as asked, else any other class, and its group is that of its class', () => {
  const { fine, coarse, annotator } = simulatedAnswers(data, { accuracy: 0.6, names: 'classes' });
  const right = fine!.filter((k, i) => k === data.pool.fine[i]).length / fine!.length;
  assert.ok(Math.abs(right - 0.6) < 0.03, String(right));
  assert.deepEqual(coarse, groupsOf(data.hierarchy, fine!));
  assert.match(annotator, /simulated annotator \(names the class, right 60 % of the time\)/);
  const wrong = new Set(fine!.filter((k, i) => k !== data.pool.fine[i]));
  assert.equal(wrong.size, 6);
  assert.throws(
    () => simulatedAnswers(data, { accuracy: 0.6, names: 'classes', difficulty: { spread: 1 } }),
    /names classes takes an accuracy/,
  );
});

test('the same seed gives the same answers, another seed others', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0.2, max: 0.8, noNaN: true }), (seed, accuracy) => {
      const answers = (of: number): Int32Array => simulatedAnswers(data, { accuracy, seed: of }).coarse;
      assert.deepEqual(answers(seed), answers(seed));
      assert.notDeepEqual(answers(seed), answers(seed + 1));
    }),
    { numRuns: 10 },
  );
});

test('what is no annotator is refused', () => {
  assert.throws(() => simulatedAnswers(data, {}), /needs either a transition matrix or an accuracy/);
  assert.throws(() => simulatedAnswers(data, { accuracy: 1, transition: T }), /needs either/);
  assert.throws(() => simulatedAnswers(data, { accuracy: 1.5 }), /Unexpected accuracy: 1.5; expected 0 to 1/);
  assert.throws(() => simulatedAnswers(data, { transition: matrix(3, 3) }), /row 0 is \[0, 0, 0\]; expected prob/);
  const difficulty = { spread: 1, of: [1, 2] };
  assert.throws(() => simulatedAnswers(data, { accuracy: 0.5, difficulty }), /2 difficulties for 6000 pool images/);
});
