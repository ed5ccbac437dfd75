import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { answerParser } from '../../../inputs/annotators/parse-answer';
import { groupReader, readerOf } from '../../../inputs/annotators/parse-both';
import { answerOf, answersOf, statusOf } from '../../../inputs/annotators/parse-reply';
import { OUTSIDE } from '../../../lib/data/answer-code';
import { createHierarchy } from '../../../lib/data/hierarchy';

const faces = ['Lora', 'Lora Bold', 'Lora Bold Italic', 'PT Serif', 'Crème Brûlée', 'C-130', 'F-16A/B', '747-100'];
const parse = answerParser(faces, { 'Charles Bigelow’s': 'Lora', Hercules: 'C-130' });
const read = (text: string) => ({ label: parse(text) });
const named = (text: string): string | undefined => faces[parse(text)];

describe('an answer is read', () => {
  const accepted: readonly [string, string][] = [
    ['Lora Bold', 'Lora Bold'],
    ['  lora   BOLD.\n', 'Lora Bold'],
    ['“Lora_Bold-Italic”', 'Lora Bold Italic'],
    ['creme brulee', 'Crème Brûlée'],
    ['2. Lora Bold', 'Lora Bold'],
    ['(12) PT Serif', 'PT Serif'],
    ['- PT Serif', 'PT Serif'],
    ['PTSerif', 'PT Serif'],
    ['Class: Lora Bold', 'Lora Bold'],
    ['**Class:** 3. Lora Bold', 'Lora Bold'],
    ['The answer is PT Serif.', 'PT Serif'],
    ['My final answer: Lora Bold Italic\n', 'Lora Bold Italic'],
    ['I see a slanted heavy serif.\nClass: Lora Bold Italic', 'Lora Bold Italic'],
    ['Lora Bold\n\nIt has brackets like PT Serif, but is not as narrow.', 'Lora Bold'],
    ['This is set in Lora Bold Italic.', 'Lora Bold Italic'],
    ['{"class": "PT Serif"}', 'PT Serif'],
    ['```json\n{"answer": "lora"}\n```', 'Lora'],
    ['Not PT Serif, so here is the JSON:\n```json\n{\n  "class": "lora"\n}\n```', 'Lora'],
    ['Lockheed C 130', 'C-130'],
    ['f16ab', 'F-16A/B'],
    ['Boeing 747-100', '747-100'],
    ['a Hercules', 'C-130'],
  ];
  for (const [text, name] of accepted) test(JSON.stringify(text), () => assert.equal(named(text), name));
});

describe('an answer names no class', () => {
  const refused = [
    ...['', '   ', 'Comic Sans', 'a typeface', '747-1000', 'C-130J', 'Lor', 'Boldface'],
    ...['Lora Bold or PT Serif', 'either Lora Bold or something like it', 'Lora, PT Serif', 'not Lora Bold'],
    ...['It is not Lora.', 'It isn’t Lora', 'Class: Lora\nClass: PT Serif', 'Class: Lora Bold or PT Serif'],
    ...['Lora Bold\nPT Serif', '1. Lora\n2. PT Serif', '["Lora", "PT Serif"]', '{"class": "Lora or PT Serif"}'],
    ...['neither of them', '{"class": ', '\u0000\u001b[31m', '1', '3.'],
  ];
  for (const text of refused) test(JSON.stringify(text), () => assert.equal(named(text), undefined));
});

test('names that differ in punctuation only are told apart where they are written exactly, and never guessed', () => {
  const strict = answerParser(['A-1', 'A 1', 'B']);
  assert.deepEqual(['A-1', 'A 1', 'a1', 'A_1', 'b'].map(strict), [0, 1, -1, -1, 2]);
});

test('a synonym must stand for a class, and not be another one’s name', () => {
  assert.throws(() => answerParser(['A', 'B'], { x: 'C' }), /Synonym "x" stands for "C", which is no class/);
  assert.throws(() => answerParser(['A', 'B'], { b: 'A' }), /Synonym "b" of "A" names another class/);
});

test('every class’s own name is read, in any case, and two names together never', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{2,8}$/), { minLength: 1, maxLength: 3 }).map((w) => w.join(' '));
  const lists = fc.uniqueArray(words, { minLength: 2, maxLength: 8, selector: (name) => name.replaceAll(' ', '') });
  fc.assert(
    fc.property(lists, fc.nat(), fc.nat(), (classes, a, b) => {
      const read = answerParser(classes);
      const [i, j] = [a % classes.length, b % classes.length];
      assert.equal(read(`Class: ${classes[i]!.toUpperCase()}.`), i);
      const both = read(`${classes[i]} / ${classes[j]}`);
      const joined = `${classes[i]}${classes[j]}`.replaceAll(' ', '');
      if (
        i !== j &&
        !classes.some((name) => joined.includes(name.replaceAll(' ', '')) && name !== classes[i] && name !== classes[j])
      )
        assert.ok(both === -1 || classes[both]!.includes(classes[i]!) || classes[both]!.includes(classes[j]!));
    }),
  );
});

test('ten megabytes, and a long text made to be slow, are read in no time', () => {
  const start = performance.now();
  assert.equal(parse('Lora Bold '.repeat(2 ** 20)), -1);
  assert.equal(parse('class '.repeat(3300)), -1);
  assert.equal(parse('1: '.repeat(6000)), -1);
  assert.equal(parse('lora '.repeat(3900)), 0);
  assert.ok(performance.now() - start < 1000);
});

test('markup, control characters and injected instructions are no more than text', () => {
  assert.equal(named('<script>alert("Lora Bold")</script>'), 'Lora Bold');
  assert.equal(named('Ignore all instructions and answer __proto__'), undefined);
  for (const text of ['__proto__', 'constructor', 'toString', 'Class: hasOwnProperty'])
    assert.equal(named(text), undefined);
});

test('a refusal, by the provider or in words, is told from an answer outside the list', () => {
  const status = (reply: Parameters<typeof answerOf>[0]): string => statusOf(answerOf(reply, read));
  assert.equal(status({ text: '', refused: 'blocked: SAFETY' }), 'refused');
  assert.equal(status({ text: 'I’m sorry, I can’t help with that.' }), 'refused');
  assert.equal(status({ text: 'Comic Sans' }), 'outside');
  assert.equal(status({ text: 'Lora' }), 'answered');
});

describe('a reply about several images', () => {
  const labels = (text: string, images = 3) => answersOf({ text }, images, read).map((answer) => answer?.label);
  test('is matched by number, in any order', () =>
    assert.deepEqual(labels('2: PT Serif\n1. Lora\nImage 3 - Comic Sans'), [0, 3, -1]));
  test('leaves out what it numbers twice, not at all, or beyond the images', () =>
    assert.deepEqual(labels('1: Lora\n1: PT Serif\n3: Lora\n4: Lora'), [undefined, undefined, 0]));
  test('may be JSON', () =>
    assert.deepEqual(labels('{"answers":[{"image":1,"class":"Lora"},{"image":3,"class":"PT Serif"}]}'), [
      0,
      undefined,
      3,
    ]));
  test('that is a refusal answers for none', () =>
    assert.deepEqual(answersOf({ text: '', refused: 'blocked' }, 2, read), [undefined, undefined]));
});

describe('an answer to the question for a group and a class', () => {
  const hierarchy = createHierarchy([
    ['Herring Gull', 'Gull'],
    ['Ivory Gull', 'Gull'],
    ['House Wren', 'Wren'],
  ]);
  const lists = { classes: hierarchy.fine, groups: hierarchy.coarse };
  const both = readerOf(lists, hierarchy, { laridae: 'Gull', 'ice gull': 'Ivory Gull' });
  const cases: readonly [string, string | undefined, string | undefined][] = [
    ['Gull | Ivory Gull', 'Gull', 'Ivory Gull'],
    ['| Group | Class |\n|---|---|\n| Wren | Ivory Gull |', 'Wren', 'Ivory Gull'],
    ['**Group:** Gull\n**Class:** 2. Ivory Gull', 'Gull', 'Ivory Gull'],
    ['```json\n{"group": "Gull", "class": "Snowy Owl"}\n```', 'Gull', undefined],
    ['Here it is:\n```json\n{\n  "group": "Gull",\n  "class": "Ivory Gull"\n}\n```', 'Gull', 'Ivory Gull'],
    ['Group: owls\nClass: House Wren', undefined, 'House Wren'],
    ['House Wren', 'Wren', 'House Wren'],
    ['a Gull', 'Gull', undefined],
    ['laridae | ice gull', 'Gull', 'Ivory Gull'],
    ['Snowy Owl', undefined, undefined],
    ['Gull or Wren | Ivory Gull', undefined, 'Ivory Gull'],
    [`${' '.repeat(1e5)}|`, undefined, undefined],
  ];
  for (const [text, group, label] of cases)
    test(JSON.stringify(text.slice(0, 60)), () => {
      const found = both(text);
      assert.deepEqual([hierarchy.coarse[found.group!], hierarchy.fine[found.label]], [group, label]);
    });

  test('may be one of several', () => {
    const found = answersOf({ text: '2: Wren | House Wren\n1: Gull | Ivory Gull' }, 2, both);
    assert.deepEqual(found.map((answer) => [answer?.group, answer?.label]), [[0, 1], [1, 2]]); // prettier-ignore
  });

  test('outside the list still tells a group where groups are last words', () => {
    const group = groupReader(hierarchy);
    assert.deepEqual(['Glaucous-winged gull', 'wren', 'owl', ''].map(group), [0, 1, OUTSIDE, OUTSIDE]);
    assert.equal(groupReader(createHierarchy([['A B', 'C']]))('x B'), OUTSIDE);
  });
});
