import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedRatio } from '../../lib/strategies/fixed-ratio';
import { createStrategy, strategies, strategyEntry } from '../../lib/strategies/registry';
import { parseSpec, splitSpecs } from '../../lib/choices/spec';

test('a spec names a strategy and its options, in any order and spacing; the name is written one way only', () => {
  assert.equal(createStrategy('margin').name, 'margin');
  assert.equal(createStrategy(' fixed-ratio( weakShare = 0.50 ) ').name, 'fixed-ratio(weakShare=0.5)');
  assert.equal(createStrategy('fixed-ratio(weakLabels=human,weakShare=0.1)').name, 'fixed-ratio(weakLabels=human)');
  assert.equal(createStrategy('isoal(uncertainty=margin)').name, 'isoal');
  assert.equal(createStrategy('isoal()').name, 'isoal');
});

test('what a strategy is called follows from its options, also where code gives them', () => {
  assert.equal(fixedRatio.create({ weakShare: 1 / 4 }).name, 'fixed-ratio(weakShare=0.25)');
  assert.throws(
    () => fixedRatio.create({ weakShare: 2 }),
    /Unexpected weakShare of strategy "fixed-ratio": 2; expected 0 to 1/,
  );
});

test('options reach the strategy', () => {
  assert.equal(createStrategy('fixed-ratio').weakLabels, 'annotator');
  assert.equal(createStrategy('fixed-ratio(weakLabels=human)').weakLabels, 'human');
});

test('an unknown strategy or option, or a value that cannot be, is refused with what may be', () => {
  const refused = (spec: string, message: RegExp): void =>
    assert.throws(() => strategyEntry(spec), { name: 'InputError', message });
  refused('bagde', /Unknown strategy: "bagde"; expected one of random, .*weak-annotator/);
  refused('margin(k=3)', /"margin" has no option "k"; it has none/);
  refused('isoal(uncertanty=entropy)', /"isoal" has no option "uncertanty"; expected uncertainty/);
  refused(
    'isoal(uncertainty=all)',
    /Unexpected uncertainty of strategy "isoal": all; expected margin, entropy, least-/,
  );
  refused('fixed-ratio(weakShare=)', /Unexpected weakShare of strategy "fixed-ratio": ; expected 0 to 1/);
  refused('fixed-ratio(0.5)', /Unexpected option of strategy "fixed-ratio": "0.5"; expected option=value/);
  refused('fixed-ratio(weakShare=0,weakShare=1)', /Option "weakShare" of strategy "fixed-ratio" is given twice/);
  refused('fixed-ratio(weakShare=0.5', /Unexpected strategy: "fixed-ratio\(weakShare=0.5"; expected a name/);
  refused('', /Unexpected strategy: ""/);
});

test('a control says which run must come first, by the name that its records have', () => {
  assert.equal(strategyEntry('margin').matches, undefined);
  assert.equal(strategyEntry('matched-random').matches, 'weak-annotator');
  const spec = 'matched-margin(to=isoal( uncertainty=entropy ),weakLabels=human)';
  assert.equal(strategyEntry(spec).matches, 'isoal(uncertainty=entropy)');
  assert.equal(createStrategy(spec).name, 'matched-margin(to=isoal(uncertainty=entropy),weakLabels=human)');
  assert.equal(strategies.find(({ name }) => name === 'matched-margin')!.matches, 'weak-annotator');
});

test('a control follows strategies that choose between two levels themselves, at the same price', () => {
  assert.throws(
    () => createStrategy('matched-random(to=margin)'),
    /Unexpected to .* margin; expected one that chooses/,
  );
  assert.throws(() => createStrategy('matched-random(to=matched-margin)'), /Unexpected to .* matched-margin; expected/);
  assert.throws(
    () => createStrategy('matched-random(to=isoal)'),
    /"isoal" buys weak labels of the human.*weakLabels=human/,
  );
  assert.throws(() => createStrategy('matched-random(to=nobody)'), /Unknown strategy: "nobody"/);
});

test('a list of specs is split at the commas between them', () => {
  assert.deepEqual(splitSpecs('margin, fixed-ratio(weakShare=0.5,weakLabels=human),isoal,'), [
    'margin',
    'fixed-ratio(weakShare=0.5,weakLabels=human)',
    'isoal',
  ]);
  assert.deepEqual(parseSpec('a(to=b(c=d,e=f),g=h)'), { name: 'a', options: { to: 'b(c=d,e=f)', g: 'h' } });
});
