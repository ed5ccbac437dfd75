import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairedT } from '../../../lib/study/statistics/paired-t';

test('pairedT(differences): mean, interval and p belong together, by hand for two differences', () => {
  // differences 1 and 3: mean 2, sd sqrt(2), standard error 1, t = 2 with one degree of freedom: p = 1 - 2 atan(2) / pi
  const { mean, low, high, p } = pairedT([1, 3]);
  assert.equal(mean, 2);
  assert.ok(Math.abs(high - 2 - 12.706204736174698) < 1e-9 && Math.abs(2 - low - 12.706204736174698) < 1e-9);
  assert.ok(Math.abs(p - (1 - (2 * Math.atan(2)) / Math.PI)) < 1e-9);
});

test('p is below 0.05 exactly where the interval leaves out 0', () => {
  for (const shift of [0, 0.3, 0.6, 0.9, 1.2]) {
    const { low, high, p } = pairedT([0.1, -0.4, 0.9, 0.3, -0.2].map((value) => value + shift));
    assert.equal(p < 0.05, low > 0 || high < 0, String(shift));
  }
});

test('one difference decides nothing; equal ones leave no doubt, unless they are 0', () => {
  assert.deepEqual(pairedT([5]), { mean: 5, low: 5, high: 5, p: 1 });
  assert.equal(pairedT([2, 2, 2]).p, 0);
  assert.equal(pairedT([0, 0]).p, 1);
});
