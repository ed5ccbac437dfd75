import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numeric, type Options } from '../../data-scripts/annotate/options';
import { UsageError } from '../../data-scripts/cli/command';
import { numberIn, type Range } from '../../data-scripts/cli/number';

test('a number is taken where it is what an option may be, and otherwise named with what that is', () => {
  const cases: readonly [Range, readonly string[], readonly string[], string][] = [
    [
      { whole: true, from: 1 },
      ['1', ' 3 ', '1e9'],
      ['0', '-1', '2.5', 'ten', '', 'NaN', '1e400'],
      'a whole number from 1',
    ],
    [{ above: 0 }, ['2.5', '1e-9'], ['0', '-0.1', ' '], 'a number above 0'],
    [{ from: 0, to: 1 }, ['0', '0.5', '1'], ['1.01', '-1', 'half', 'Infinity'], 'a number from 0 to 1'],
    [{}, ['-1', '0'], ['1,2', 'Infinity'], 'a number'],
  ];
  for (const [range, good, bad, words] of cases) {
    for (const given of good) assert.equal(numberIn('x', given, range), Number(given));
    for (const given of bad)
      assert.throws(() => numberIn('x', given, range), new UsageError(`Unexpected --x: "${given}"; expected ${words}`));
  }
});

test('annotate refuses numbers that would hang, or mean something else, before anything is read or sent', () => {
  const given = (option: Parameters<typeof numeric>[1], value: string): unknown =>
    numeric({ [option]: value } as unknown as Options, option, 'n');
  assert.throws(() => given('repeats', '1e9'), /--repeats: "1e9"; expected a whole number from 1 to 1000/);
  assert.throws(() => given('shuffle', '2.5'), /--shuffle: "2\.5"; expected a whole number from 0/);
  assert.throws(() => given('limit', '-1'), /--limit: "-1"; expected a whole number from 1/);
  assert.throws(() => given('timeout', '1e9'), /--timeout: "1e9"; expected a number above 0 to 86400/);
  assert.deepEqual(given('thinking-budget', '-1'), { n: -1 });
  assert.deepEqual(numeric({} as unknown as Options, 'limit', 'n'), {});
});
