import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHierarchy } from '../../lib/data/hierarchy';
import { matrix } from '../../lib/engine/matrix';
import { classMeans } from '../../lib/model/class-means';
import { noLabels } from '../../lib/model/training-set';

const near = (actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-6): void => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(actual[i]! - value) < tolerance, `${i}: ${actual[i]}, not ${value}`),
  );
};
const labels = (rows: number[], given: number[]) => ({ rows: Int32Array.from(rows), labels: Int32Array.from(given) });

const oneGroup = createHierarchy([
  ['a', 'group'],
  ['b', 'group'],
]);

test("a class is pulled to its group's mean, and a class without images lies there", () => {
  // group: (1/2 * 2) / (1 + 1/2) = 2/3; a: (2 + 2/3) / 2
  const set = { hierarchy: oneGroup, inputs: matrix(1, 1, Float32Array.of(2)), full: labels([0], [0]), weak: noLabels };
  near(classMeans(set, 1).data, [4 / 3, 2 / 3]);
});

test('a weak label moves the mean of its group, and by it every class', () => {
  // group: (1/2 * 2 + 1/2 * 2) / (1 + 1/2 + 1/2) = 1; a: (2 + 1) / 2
  const inputs = matrix(2, 1, Float32Array.of(2, 2));
  const set = { hierarchy: oneGroup, inputs, full: labels([0], [0]), weak: labels([1], [0]) };
  near(classMeans(set, 1).data, [1.5, 1]);
  near(classMeans({ ...set, weakTrust: 0 }, 1).data, [4 / 3, 2 / 3]);
  near(classMeans({ ...set, weak: labels([1], [-1]) }, 1).data, [4 / 3, 2 / 3]); // outside the list, and no T
});

test('the transition matrix takes the mixed means of the answers apart', () => {
  // 1,000 images of either group at -5 and 5; 80 % and 70 % of the answers are right
  const hierarchy = createHierarchy([
    ['a', 'left'],
    ['b', 'right'],
  ]);
  const [positions, answers]: [number[], number[]] = [[], []];
  for (const [position, answer, n] of [
    [-5, 0, 800],
    [-5, 1, 200],
    [5, 0, 300],
    [5, 1, 700],
  ] as const)
    for (let i = 0; i < n; i++) {
      positions.push(position);
      answers.push(answer);
    }
  const set = {
    hierarchy,
    inputs: matrix(2000, 1, Float32Array.from(positions)),
    full: noLabels,
    weak: labels(Array.from(positions.keys()), answers),
  };
  const transition = matrix(2, 2, Float32Array.of(0.8, 0.2, 0.3, 0.7));
  near(classMeans({ ...set, transition }, 8).data, [-5, 5], 0.1);
  near(classMeans(set, 8).data, [-5 * (5 / 11), 5 * (5 / 9)], 0.1); // believed, they stay mixed
});
