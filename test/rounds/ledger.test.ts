import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../lib/rounds/ledger';

test('a ledger counts in whole units, so a hundred cheap labels cost exactly one dear one', () => {
  const ledger = new Ledger({ full: 1, weak: 0.01 }, 1);
  ledger.openRound();
  assert.equal(ledger.affords('weak'), 100);
  for (let i = 0; i < 100; i++) ledger.pay('weak');
  assert.equal(ledger.left, 0);
  assert.equal(ledger.spent, 1);
});

test('what a round leaves over is carried to the next', () => {
  const ledger = new Ledger({ full: 1, weak: 0.3 }, 1.5);
  ledger.openRound();
  ledger.pay('full');
  assert.equal(ledger.affords('full'), 0);
  ledger.openRound();
  assert.equal(ledger.affords('full'), 2);
  assert.equal(ledger.affords('weak'), 6);
});

test('a label that the purse does not hold is refused and nothing is paid', () => {
  const ledger = new Ledger({ full: 1, weak: 0.4 }, 1);
  ledger.openRound();
  ledger.pay('weak');
  assert.throws(() => ledger.pay('full'), /A full label costs 10 units, but only 6 are left/);
  assert.equal(ledger.spent, 0.4);
});

test('a label is refused when one unit is missing, and paid to the last unit', () => {
  const ledger = new Ledger({ full: 1, weak: 0.1 }, 1.9);
  ledger.openRound();
  ledger.pay('full');
  assert.throws(() => ledger.pay('full'), /A full label costs 10 units, but only 9 are left/);
  for (let i = 0; i < 9; i++) ledger.pay('weak');
  assert.equal(ledger.left, 0);
});

test('costs that are not positive, a budget below one label, and endless decimals are refused', () => {
  assert.throws(
    () => new Ledger({ full: 0, weak: 1 }, 5),
    /Unexpected price of a full label: 0; expected a positive number/,
  );
  assert.throws(() => new Ledger({ full: 1, weak: NaN }, 5), /Unexpected price of a weak label: NaN/);
  assert.throws(
    () => new Ledger({ full: 1, weak: 0.1 }, 0.5),
    /Unexpected budget: 0.5 a round does not buy one full label/,
  );
  assert.throws(() => new Ledger({ full: 1, weak: 1 / 3 }, 5), {
    name: 'InputError',
    message:
      'Unexpected price of a weak label: 0.3333333333333333; expected at most six decimals: round it, e.g. to 0.333333',
  });
  assert.throws(() => new Ledger({ full: 1, weak: 1e-7 }, 5), /1e-7; expected .*: round it, e.g. to 0.000001$/);
});
