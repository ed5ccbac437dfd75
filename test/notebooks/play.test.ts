import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JSDOM } from 'jsdom';
import { matrix } from '../../lib/engine/matrix';
import type { RoundRecord } from '../../lib/rounds/record';
import { recordedStudy } from '../../notebooks/kit/recorded/read';
import { budgetGame, gameOf } from '../../notebooks/kit/play/budget-game';
import { partOf, transitionPlay } from '../../notebooks/kit/play/transition-play';

/** What a widget shows, live: its HTML is taken from what it displays, and its script run in a page. */
function live(show: () => void): Document {
  const jupyter = require.resolve('tslab/dist/jupyter');
  let html = '';
  const lastWriteDisplayData = ({ data }: { data: Record<string, string> }): void => void (html = data['text/html']!);
  require.cache[jupyter] = { exports: { lastWriteDisplayData } } as unknown as NodeJS.Module;
  try {
    show();
  } finally {
    delete require.cache[jupyter];
  }
  return new JSDOM(`<!doctype html><body>${html}`, { runScripts: 'dangerously' }).window.document;
}

const click = (element: Element, type: string, more: object = {}): boolean =>
  element.dispatchEvent(Object.assign(new element.ownerDocument.defaultView!.Event(type), more));

test('the budget game says what the recorded runs of a plan reached, against margin, at once', () => {
  const game = gameOf(recordedStudy(), 400);
  const document = live(() => budgetGame(recordedStudy(), 400));
  const labels = [...document.querySelectorAll('label')];
  assert.equal(labels.length, game.prices[0]!.outcomes.length);
  const text = (): string => String(document.body.textContent).replace(/\s+/g, ' ');
  const marginAt = labels.findIndex(({ textContent }) => String(textContent).includes('exact names only, where'));
  click(labels[marginAt]!.querySelector('input')!, 'change');
  assert.match(text(), /400 exact names, 0 groups bought.*\+0\.0 points .*cannot be told apart/);
  click(labels.at(-1)!.querySelector('input')!, 'change');
  const slider = document.querySelector<HTMLInputElement>('input[type=range]')!;
  for (const [i, { price, outcomes }] of game.prices.entries()) {
    slider.value = String(i);
    click(slider, 'input');
    assert.ok(
      text().includes(`a group costs ${price}`) && text().includes(`${outcomes.at(-1)!.accuracy.toFixed(1)} %`),
    );
  }
});

test('the game needs a budget that was recorded, and pairs runs with margin’s of the same seed', () => {
  assert.throws(() => gameOf(recordedStudy(), 450), /with 450 to spend; there are 100, 200/);
  const run = (strategy: string, seed: number, fineAccuracy: number): RoundRecord =>
    ({ strategy, seed, budget: 10, full: 10, weak: 0, fineAccuracy, ...(strategy === 'weak-annotator' && { weakCost: 0.1 }) }) as RoundRecord; // prettier-ignore
  const records = [
    run('margin', 0, 0.5),
    run('margin', 1, 0.6),
    run('weak-annotator', 1, 0.7),
    run('weak-annotator', 2, 0),
  ];
  const [, method] = gameOf(records, 10).prices[0]!.outcomes;
  assert.ok(Math.abs(method!.lead - 10) < 1e-9);
});

test('a click on an entry of T raises it, and what the answer tells and costs follows', () => {
  const T = matrix(2, 2, Float32Array.of(0.9, 0.1, 0.2, 0.8));
  const document = live(() => transitionPlay(T, ['a', '<b>']));
  const text = (): string => String(document.body.textContent);
  // belief 50 %: P(says a) = 0.5 * 0.9 + 0.5 * 0.2 = 0.55, -log 0.55 = 0.60; P(a | says a) = 0.45 / 0.55 = 82 %
  assert.match(text(), /says “a”.*−log 0\.50 = 0\.69; corrected: −log 0\.55 = 0\.60/);
  assert.ok(text().includes('82 %'));
  click(document.querySelectorAll('td')[5]!, 'click', { shiftKey: false });
  const second = [...document.querySelectorAll('tr')].at(-1)!;
  assert.ok(String(second.textContent).startsWith('<b>'), 'names are text');
  click(second.querySelectorAll('td')[0]!, 'click', { shiftKey: false });
  assert.match(text(), /corrected: −log 0\.5[89]/, 'b is called a more often, so "a" is less surprising');
  assert.deepEqual(partOf(T, ['a', 'b'], 1).T, [[1]]);
});
