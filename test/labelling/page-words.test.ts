import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LearningPace } from '../../labelling/learning-pace';
import { hintOf, likeliestOf, reasonsOf } from '../../labelling/page-words';
import type { BatchItem, ProjectState } from '../../labelling/project';
import type { ProjectSetup } from '../../labelling/project-file';

const item = (more: Partial<BatchItem>): BatchItem => ({
  image: 'a.png',
  level: 'full',
  price: 1,
  likeliest: [],
  said: {},
  isOpen: true,
  isMissing: false,
  ...more,
});
const state = { money: { spent: 3, budget: 10, left: 7 } } as ProjectState;
const setup = { settings: { strategy: 'margin' }, classes: Array(10).fill(['a', 'b']) } as unknown as ProjectSetup;

test('a hint says whose it is: the class and its group, the group alone, or nothing of the list', () => {
  const said = (hint: BatchItem['hint'], annotator = 'gemini') => hintOf(item({ hint: hint! }), annotator);
  assert.deepEqual(said({ fine: 'pug', coarse: 'dogs' }), { by: 'gemini', words: 'pug, group dogs' });
  assert.equal(said({ coarse: 'dogs' })!.words, 'Group dogs');
  assert.equal(said({ fine: null, coarse: 'dogs' })!.words, 'Group dogs');
  assert.equal(said({ fine: null, coarse: null })!.words, 'Nothing of the list');
  assert.equal(said({ coarse: 'dogs' }, 'far/away/qwen.jsonl')!.by, 'the annotator (qwen.jsonl)');
  assert.equal(hintOf(item({}), 'gemini'), undefined);
});

test('why an image is asked about: what the model makes of it, its worth to the strategy, its price', () => {
  const likeliest = [
    { fine: 'pug', probability: 0.52 },
    { fine: 'cat', probability: 0.31 },
    { fine: 'cow', probability: 0.12 },
  ];
  assert.deepEqual(reasonsOf(item({ likeliest, uncertainty: 0.48, value: 0.25 }), state, setup), [
    'The model is 52 % sure of pug, 31 % of cat.',
    'Worth 0.250 to margin, in its own measure.',
    'Its label costs 1, of 7 left.',
  ]);
  const hardly = reasonsOf(item({ likeliest, uncertainty: 0.48, value: 3.6e-10 }), state, setup);
  assert.equal(hardly[1], 'Worth about 0 to margin, in its own measure.');
  assert.match(reasonsOf(item({}), state, setup)[0]!, /^Chosen by margin, before there is a model/);
  assert.deepEqual(reasonsOf(item({ price: 0 }), state, setup), [
    'Its label was taken back; asking again costs nothing.',
  ]);
});

test('a class no likelier than a guess among all is not put forward', () => {
  const likeliest = [{ fine: 'pug', probability: 0.11 }];
  assert.deepEqual(likeliestOf(item({ likeliest }), 10), []);
  assert.match(reasonsOf(item({ likeliest, uncertainty: 0.89 }), state, setup)[0]!, /cannot tell yet/);
});

test('LearningPace tells the time left by the speed of the stage at first, then by how long it took before', () => {
  let now = 0;
  const pace = new LearningPace(() => now);
  pace.begin();
  assert.deepEqual(pace.at('describing images', 0), { share: 0, words: 'Describing the images, once' });
  now = 10;
  assert.deepEqual(
    [pace.at('describing images', 0.25).secondsLeft, pace.at('describing images', 0.25).share],
    [30, 0.25],
  );
  now = 40;
  assert.equal(pace.at('choosing', 0).secondsLeft, undefined);
  pace.begin();
  now = 48;
  pace.end();
  pace.begin();
  now = 50;
  assert.deepEqual([pace.at('learning', 0).secondsLeft, pace.at('learning', 0).share], [6, 0.25]);
  now = 70;
  assert.deepEqual([pace.at('choosing', 0.5).secondsLeft, pace.at('choosing', 0.5).share], [0, 0.98]);
});
