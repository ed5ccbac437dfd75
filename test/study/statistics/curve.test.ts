import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accuracyAtBudget, areaUnderCurve, budgetToReach } from '../../../lib/study/statistics/curve';
import fixture from '../../fixtures/statistics.json';

const curve = { budget: [100, 150, 300, 400], accuracy: [0.1, 0.4, 0.5, 0.45] };

test('the area under a curve is its mean over the budget, by trapezia', () => {
  assert.ok(Math.abs(areaUnderCurve(curve.budget, curve.accuracy) - fixture.trapezoid) < 1e-12); // numpy.trapz
  assert.equal(areaUnderCurve([100], [0.3]), 0.3);
  assert.throws(() => areaUnderCurve([100, 100], [0.3, 0.4]), /ascending budgets; got 100, 100/);
});

test('accuracy at a budget is straight between the measured ones, and unknown outside', () => {
  assert.ok(Math.abs(accuracyAtBudget(curve, 200)! - fixture.interpolated) < 1e-12); // numpy.interp
  assert.deepEqual(
    [100, 300, 400].map((at) => accuracyAtBudget(curve, at)),
    [0.1, 0.5, 0.45],
  );
  assert.deepEqual(
    [99, 401].map((at) => accuracyAtBudget(curve, at)),
    [undefined, undefined],
  );
});

test('the budget to reach an accuracy is where the curve first gets there', () => {
  assert.equal(budgetToReach(curve, 0.25), 125);
  assert.equal(budgetToReach(curve, 0.05), 100);
  assert.equal(budgetToReach(curve, 0.5), 300);
  assert.equal(budgetToReach(curve, 0.51), undefined);
});

test('on a rising curve the two are inverse', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (steps, share) => {
        let sum = 0;
        const accuracy = steps.map((step) => (sum += step));
        const rising = { budget: accuracy.map((_, i) => 10 * i), accuracy };
        const at = share * 10 * (steps.length - 1);
        assert.ok(Math.abs(budgetToReach(rising, accuracyAtBudget(rising, at)!)! - at) < 1e-6);
      },
    ),
  );
});
