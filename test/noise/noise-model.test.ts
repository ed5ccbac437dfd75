import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHierarchy } from '../../lib/data/hierarchy';
import { row } from '../../lib/engine/matrix';
import {
  noiseChoices,
  noiseModelOf,
  noiseModels,
  type NoiseEvidence,
  type NoiseOptions,
} from '../../lib/noise/noise-model';
import { averageByGroup, estimateClassTransition } from '../../lib/noise/per-class';
import { estimateTransition } from '../../lib/noise/transition-matrix';

/** Classes 0 and 2 form group 0, class 1 is group 1. */
const hierarchy = createHierarchy([
  ['a', 'x'],
  ['b', 'y'],
  ['c', 'x'],
]);
const trusted = { classes: Int32Array.of(0, 0, 2, 1), answers: Int32Array.of(0, 0, 1, 1) };
const everything = { classes: Int32Array.of(0, 0, 2, 1, 1, 2, 2), answers: Int32Array.of(0, 0, 1, 1, 0, -1, 0) };
const evidence: NoiseEvidence = { hierarchy, trusted, everything: () => everything, outside: false };
const estimate = (model: NoiseOptions['model'], more: Partial<NoiseEvidence> = {}) =>
  noiseModelOf({ model }).estimate({ ...evidence, ...more });

const forbidden = {
  everything: () => {
    throw new Error('only the oracle may look');
  },
};

test('none has no T, identity the identity, estimated and per-class what the trusted images say', () => {
  assert.equal(estimate('none', forbidden), undefined);
  assert.deepEqual([...estimate('identity', forbidden)!.transition.data], [1, 0, 0, 1]);
  const groups = { groups: Int32Array.of(0, 0, 0, 1), answers: trusted.answers };
  assert.deepEqual(estimate('estimated', forbidden), { transition: estimateTransition(groups, 2) });
  const classTransition = estimateClassTransition(trusted, hierarchy);
  const transition = averageByGroup(classTransition, hierarchy);
  assert.deepEqual(estimate('per-class', forbidden), { transition, classTransition });
});

test('the oracle counts all answers, of images that nobody bought too, and smooths nothing', () => {
  const { transition } = estimate('oracle')!;
  const expected = [3 / 5, 1 / 5, 1 / 5, 1 / 2, 1 / 2, 0];
  expected.forEach((share, at) => assert.ok(Math.abs(transition.data[at]! - share) < 1e-6));
});

test('every model but none gives answers outside the list a column, in rows that sum to 1', () => {
  for (const model of Object.keys(noiseModels) as NoiseOptions['model'][]) {
    const found = estimate(model, { outside: true });
    assert.equal(found === undefined, model === 'none');
    for (const T of found ? [found.transition, ...(found.classTransition ? [found.classTransition] : [])] : []) {
      assert.equal(T.columns, 3);
      for (let i = 0; i < T.rows; i++) assert.ok(Math.abs(row(T, i).reduce((sum, p) => sum + p, 0) - 1) < 1e-6);
    }
  }
  const { transition } = estimate('identity', { outside: true })!;
  assert.equal(row(transition, 0)[2], row(transition, 1)[2], 'the same for every group');
});

test('options are filled in, and what cannot be is refused with what is known', () => {
  assert.equal(noiseModelOf().name, 'estimated');
  assert.deepEqual([noiseModelOf().correction, noiseModelOf().guard], ['forward', false]);
  const named = noiseModelOf({ strength: 'empirical-bayes', guard: true });
  assert.equal(named.name, 'estimated(strength=empirical-bayes,guard=true)');
  assert.equal(noiseChoices.get(named.name).guard, true);
  const wrong =
    (options: object): (() => unknown) =>
    () =>
      noiseModelOf(options);
  assert.throws(wrong({ model: 'magic' }), /Unknown noise model: "magic"; expected one of none, identity, oracle, est/);
  assert.throws(wrong({ model: 'toString' }), /Unknown noise model: "toString"/);
  assert.throws(wrong({ strength: -1 }), /Unexpected noise.strength: -1; expected a number of answers/);
  assert.throws(wrong({ classStrength: 'much' }), /Unexpected noise.classStrength: much/);
  assert.throws(wrong({ correction: 'up' }), /Unknown correction: "up"; expected one of forward, backward, importance/);
  assert.throws(wrong({ guard: 1 }), /Unexpected guard of noise model "estimated": 1; expected true, false/);
});
