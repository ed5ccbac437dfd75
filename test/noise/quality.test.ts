import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotatorQuality, qualityInWords } from '../../lib/noise/quality';

/** So many images of four groups, of which every `period`-th answer is right and the others are the next group. */
function answers(n: number, isRight: (i: number) => boolean) {
  const groups = Int32Array.from({ length: n }, (_, i) => i % 4);
  return { groups, answers: groups.map((group, i) => (isRight(i) ? group : (group + 1) % 4)) };
}

test('accuracy has its Wilson interval, kappa the large-sample one: 80 of 100 right on four even groups', () => {
  const { images, accuracy, kappa } = annotatorQuality(
    answers(100, (i) => i % 5 !== 0),
    4,
  );
  assert.equal(images, 100);
  assert.ok(Math.abs(accuracy.share - 0.8) < 1e-12);
  assert.ok(Math.abs(accuracy.low - 0.7112) < 1e-3 && Math.abs(accuracy.high - 0.8666) < 1e-3); // Wilson: 0.711 to 0.867
  assert.ok(Math.abs(kappa.value - (0.8 - 0.25) / 0.75) < 1e-9);
  assert.ok(kappa.low > 0.6 && kappa.high < 0.85);
});

test('chance is found from twenty images on, and a good annotator is never taken for it', () => {
  const chance = (n: number) =>
    annotatorQuality(
      answers(n, (i) => (i * 7) % 16 < 4),
      4,
    );
  assert.equal(chance(16).atChance, false, 'too few to tell');
  assert.equal(chance(96).atChance, true);
  assert.equal(
    annotatorQuality(
      answers(24, (i) => i % 4 !== 0),
      4,
    ).atChance,
    false,
  );
  assert.equal(
    annotatorQuality(
      answers(40, () => true),
      4,
    ).kappa.high,
    1,
  );
  assert.equal(
    annotatorQuality(
      answers(40, () => false),
      4,
    ).atChance,
    true,
  );
});

test('without any image nothing is known, in words too', () => {
  const nothing = annotatorQuality(
    answers(0, () => true),
    4,
  );
  assert.deepEqual([nothing.accuracy.low, nothing.accuracy.high, nothing.atChance], [0, 1, false]);
  const words = qualityInWords(
    annotatorQuality(
      answers(100, (i) => i % 5 !== 0),
      4,
    ),
  );
  assert.match(words, /^right on 80 % of 100 trusted images \(71 to 87 %\), kappa 0\.73 \(0\.\d\d to 0\.\d\d\)$/);
});
