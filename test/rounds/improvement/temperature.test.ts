import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix } from '../../../lib/engine/matrix';
import { classProbabilities, likeliestTemperature } from '../../../lib/rounds/improvement/temperature';

test('the likeliest temperature makes probabilities as large as the truth is frequent', () => {
  // three of four rows are of class 1, and every row says (0, 2): probability 3/4 at 2 / temperature = ln 3
  const logits = matrix(4, 2, Float32Array.of(0, 2, 0, 2, 0, 2, 0, 2));
  const { temperature, likelihood } = likeliestTemperature(logits, Int32Array.of(1, 1, 0, 1));
  assert.ok(Math.abs(temperature / (2 / Math.log(3)) - 1) < 0.03, String(temperature));
  assert.ok(Math.abs(likelihood - (0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))) < 1e-3, String(likelihood));
  assert.ok(Math.abs(classProbabilities(logits, temperature).data[1]! - 0.75) < 0.01);
});

test('logits that tell nothing, or everything, end at the ends of the range', () => {
  const logits = matrix(2, 2, Float32Array.of(0, 1, 0, 1));
  assert.ok(likeliestTemperature(logits, Int32Array.of(0, 0)).temperature > 900);
  assert.ok(likeliestTemperature(logits, Int32Array.of(1, 1)).temperature < 0.15);
});
