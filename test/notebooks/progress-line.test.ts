import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressWords } from '../../notebooks/kit/progress-line';

test('progress tells the time left from the speed so far, and the time taken at the end', () => {
  const state = { label: 'rounds', total: 40, seconds: 10 };
  assert.equal(progressWords({ ...state, done: 0 }), 'rounds · 0 of 40');
  assert.equal(progressWords({ ...state, done: 10, note: 'margin' }), 'rounds · 10 of 40 · 30 s left · margin');
  assert.equal(progressWords({ ...state, done: 40 }), 'rounds · 40 of 40 · 10 s');
});
