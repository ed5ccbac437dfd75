import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../lib/random';

test('a stream is named by seed and path alone, whatever was drawn before', () => {
  const root = createRandom(7);
  const first = root.stream('init', 3).uniform();
  root.uniform();
  assert.equal(root.stream('init', 3).uniform(), first);
  assert.equal(createRandom(7).stream('init').stream(3).uniform(), first);
  assert.notEqual(root.stream('init', 4).uniform(), first);
  assert.notEqual(createRandom(8).stream('init', 3).uniform(), first);
});

test('uniform numbers fill [0, 1) evenly', () => {
  const random = createRandom(0);
  const bins = new Array<number>(20).fill(0);
  const n = 200_000;
  for (let i = 0; i < n; i++) bins[Math.floor(20 * random.uniform())]! += 1;
  const chi2 = bins.reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0);
  assert.ok(chi2 < 43.8, `chi-squared of 19 degrees of freedom: ${chi2} (99.9 % lie below 43.8)`);
});

test('normal numbers have mean 0, variance 1 and kurtosis 3', () => {
  const random = createRandom(1);
  const n = 200_000;
  let [s1, s2, s4] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = random.normal();
    s1 += x;
    s2 += x * x;
    s4 += x ** 4;
  }
  assert.ok(Math.abs(s1 / n) < 0.01 && Math.abs(s2 / n - 1) < 0.02 && Math.abs(s4 / n - 3) < 0.1);
});

test('a permutation holds every number once, and every order is as likely', () => {
  const random = createRandom(2);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const key = random.permutation(3).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 150);
});

test('a seed that is no integer is refused', () => {
  assert.throws(() => createRandom(0.5), /Unexpected seed: 0.5/);
});
