import assert from 'node:assert/strict';
import { test } from 'node:test';
import { search } from '../../labelling/page/search';

const classes = [
  { name: 'Lora Bold Italic', group: 'serif' },
  { name: 'Boldonse', group: 'sans' },
  { name: 'Café Bold', group: 'slab' },
  { name: '737-800', group: 'Boeing' },
  { name: 'Semibold Thing' },
];
const order = [4, 3, 2, 1, 0];
const found = (typed: string): string[] => search(classes, order, typed).map((k) => classes[k]!.name);

test('search(classes, order, typed) puts first what begins with the search, then words, initials, parts, and groups', () => {
  assert.deepEqual(found('bold'), ['Boldonse', 'Café Bold', 'Lora Bold Italic', 'Semibold Thing']);
  assert.deepEqual(found('lbi'), ['Lora Bold Italic']);
  assert.deepEqual(found('it lo'), ['Lora Bold Italic']);
  assert.deepEqual(found('boe'), ['737-800']);
  assert.deepEqual(found('serif bold'), ['Lora Bold Italic']);
});

test('search(classes, order, typed) overlooks case, accents and blanks around; nothing typed: all, in order', () => {
  assert.deepEqual(found(' CAFE'), ['Café Bold']);
  assert.deepEqual(found(' 7'), ['737-800']);
  assert.deepEqual(found('   ').length, classes.length);
  assert.equal(found('')[0], 'Semibold Thing');
  assert.deepEqual(found('xyz'), []);
});
