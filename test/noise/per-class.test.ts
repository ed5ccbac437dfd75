import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHierarchy } from '../../lib/data/hierarchy';
import { row } from '../../lib/engine/matrix';
import { averageByGroup, estimateClassTransition } from '../../lib/noise/per-class';
import { estimateTransition } from '../../lib/noise/transition-matrix';

/** Classes 0 and 2 form group 0, class 1 is group 1. */
const hierarchy = createHierarchy([
  ['a', 'x'],
  ['b', 'y'],
  ['c', 'x'],
]);
const trusted = { classes: Int32Array.of(0, 0, 0, 2, 1, 1), answers: Int32Array.of(0, 0, 0, 1, 1, -1) };

const near = (actual: ArrayLike<number>, expected: number[]): void =>
  expected.forEach((p, j) =>
    assert.ok(Math.abs(actual[j]! - p) < 1e-6, `${Array.from(actual).join()}, not ${expected.join()}`),
  );

test("a class's row lies between its own answers and its group's row, by the strength", () => {
  const T = estimateClassTransition(trusted, hierarchy, { strength: 0, classStrength: 2 });
  assert.deepEqual([T.rows, T.columns], [3, 3]);
  near(row(T, 0), [(3 + 2 * 0.75) / 5, (2 * 0.25) / 5, 0]); // its group's row is 3/4, 1/4
  near(row(T, 2), [(2 * 0.75) / 3, (1 + 2 * 0.25) / 3, 0]);
  near(row(T, 1), [0, 0.5, 0.5]);
});

test("a huge strength leaves the rows of the groups, 0 those of the classes; a class never seen has its group's", () => {
  const groups = estimateTransition({ groups: Int32Array.of(0, 0, 0, 0, 1, 1), answers: trusted.answers }, 2);
  const alike = estimateClassTransition(trusted, hierarchy, { classStrength: 1e9 });
  hierarchy.groupOf.forEach((group, k) => near(row(alike, k), Array.from(row(groups, group))));
  near(row(estimateClassTransition(trusted, hierarchy, { classStrength: 0 }), 2), [0, 1, 0]);
  const unseen = { classes: Int32Array.of(0, 0), answers: Int32Array.of(0, 1) };
  const T = estimateClassTransition(unseen, hierarchy, { strength: 0, classStrength: 1 });
  near(row(T, 2), [0.5, 0.5]);
});

test('empirical Bayes holds classes apart that differ and together that do not', () => {
  const many = (k: number, rightOf20: number): number[][] =>
    Array.from({ length: 20 }, (_, i) => [k, i < rightOf20 ? hierarchy.groupOf[k]! : 1 - hierarchy.groupOf[k]!]);
  const estimate = (a: number, c: number) => {
    const pairs = [...many(0, a), ...many(2, c), ...many(1, 15)];
    return estimateClassTransition(
      { classes: Int32Array.from(pairs, ([k]) => k!), answers: Int32Array.from(pairs, ([, answer]) => answer!) },
      hierarchy,
    );
  };
  const [apart, together] = [estimate(20, 4), estimate(15, 15)];
  assert.ok(row(apart, 0)[0]! > 0.9 && row(apart, 2)[0]! < 0.35, String(apart.data));
  assert.ok(Math.abs(row(together, 0)[0]! - row(together, 2)[0]!) < 1e-6);
});

test("a group's row is the mean of its classes' rows, however often each was bought", () => {
  const T = averageByGroup(estimateClassTransition(trusted, hierarchy, { classStrength: 0 }), hierarchy);
  near(row(T, 0), [0.5, 0.5, 0]); // three answers to class 0, one to class 2
  near(row(T, 1), [0, 0.5, 0.5]);
});

test('an answer that cannot be is refused with its value', () => {
  const wrong = { classes: Int32Array.of(3), answers: Int32Array.of(0) };
  assert.throws(() => estimateClassTransition(wrong, hierarchy), /Unexpected true class: 3; expected 0 to 2/);
});
