import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measuredAnnotators, measuredRow, readAnswerCounts } from '../../lib/index';
import { premiseInWords } from '../../notebooks/kit/granularity';
import { differencesInWords, fallInWords, meanInWords, minus } from '../../notebooks/kit/measured-in-words';

test('a mean over draws is said with its t interval', () =>
  assert.equal(meanInWords([4, 6]), '5.0 (95 % interval −7.7 to 17.7)'));

test('differences are taken draw by draw, and are unresolved where Holm’s p is 0.05 or more', () => {
  const values = minus({ x: 1, values: [5, 6, 7.1] }, { x: 2, values: [1, 2, 3] });
  const words = differencesInWords([{ label: 'a', values }, { label: 'b', values: [1, -1, 0.3] }]); // prettier-ignore
  assert.match(words, /^a \+4\.0 \(\+3\.9 to \+4\.2; p below 0\.001\); b \+0\.1 \(.*\), unresolved$/);
});

test('how a line falls is said by its ends: a quarter of the images, twice the error, a power of one half', () => {
  const points = [1, 2, 4].map((x) => ({ x: 100 * x, values: [12 / Math.sqrt(x)] }));
  assert.equal(fallInWords(points), 'from 12.0 at 100 to 6.0 at 400, about as n to the power −0.50');
});

test('the premise of a published annotator has the numbers of its row, each inside its interval', () => {
  for (const name of measuredAnnotators()) {
    const counts = readAnswerCounts(name);
    const row = measuredRow(counts);
    const found = /^(\d+) points \(95 % interval (\d+) to (\d+)\), (\d+) % \((\d+) to (\d+)\)$/.exec(
      premiseInWords(counts),
    );
    const [points, low, high, stay, from, to] = found!.slice(1).map(Number);
    assert.equal(points, Math.round(row['coarse right (%)'] - row['fine right (%)']), name);
    assert.ok(low! < points && points < high! && high! - low! < 8, found![0]);
    assert.equal(stay, Math.round(row['wrong, but in the right group (% of the wrong)']), name);
    assert.ok(from! < stay && stay < to!, found![0]);
  }
});
