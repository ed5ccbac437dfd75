import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { answerCounts, countsAsText, drawnAnswers, readAnswerCounts } from '../../../inputs/annotators/answer-counts';
import { annotatorChoices } from '../../../inputs/annotators/choices';
import { measuredRow, studyOfCounts } from '../../../inputs/annotators/measured-rows';
import { OUTSIDE } from '../../../lib/data/answer-code';
import { validateDataset, withAnswers } from '../../../lib/data/dataset';
import { createHierarchy } from '../../../lib/data/hierarchy';
import { createRandom } from '../../../lib/random';
import { tinyPictures } from './tiny-pictures';
import { scratchFolder } from '../../scratch';

const tiny = tinyPictures(12); // twice each of six classes; groups serif, sans, mono by turns
const fine = Int32Array.from(tiny.pool.fine, (k, i) => (i < 6 ? k : i === 6 ? OUTSIDE : (k + 3) % 6));
const coarse = fine.map((k, i) => (k < 0 ? tiny.hierarchy.groupOf[tiny.pool.fine[i]!]! : tiny.hierarchy.groupOf[k]!));
const fineRanked = [...fine].map((k, i) => Int32Array.of(k, i < 8 ? tiny.pool.fine[i]! : OUTSIDE));
const answered = withAnswers(tiny, { annotator: 'by hand', fine, coarse, fineRanked });

const fileWith = (text: string | Buffer): string => {
  const file = path.join(scratchFolder('counts'), 'counts.json');
  writeFileSync(file, text);
  return file;
};

test('the counts that come with the library are the published ones', () => {
  const share = (name: string) => {
    const { fine: own, coarse: groups } = studyOfCounts(readAnswerCounts(name));
    return [own!.asked, ...[own!, groups].map(({ accuracy }) => (100 * accuracy.share).toFixed(1))];
  };
  assert.deepEqual(share('gpt-4v-fgvc-aircraft'), [3333, '56.6', '82.4']);
  assert.deepEqual(share('gpt-4v-flowers102'), [2463, '66.2', '73.8']);
  assert.deepEqual(share('qwen2.5-vl-cub100'), [2903, '37.6', '57.8']);
});

test('what is counted is what was answered, and a file gives it back', () => {
  const counts = answerCounts(answered, 'noise');
  assert.deepEqual(readAnswerCounts(fileWith(countsAsText(counts))), counts);
  const utf16 = Buffer.from(`\ufeff${countsAsText(counts)}`, 'utf16le'); // as PowerShell's > writes it
  assert.deepEqual(readAnswerCounts(fileWith(utf16)), counts);
  assert.deepEqual(counts.ranks, [6, 2]);
  const row = measuredRow(counts);
  assert.deepEqual([row.n, row['fine right (%)'], row['coarse right (%)']], [12, 50, 100]);
  assert.equal(row['wrong, but in the right group (% of the wrong)'], 100);
  assert.equal(row['outside the list (%)'], 100 * (1 / 12));
});

test('answers are drawn class by class as they were counted, the same for the same seed', () => {
  const many = tinyPictures(6000);
  const draw = (seed: number) => drawnAnswers(many, answerCounts(answered, 'noise'), createRandom(seed));
  const answers = draw(1);
  validateDataset({ ...many, answers });
  assert.deepEqual(draw(1), answers);
  assert.notDeepEqual(draw(2).fine, answers.fine);
  assert.match(answers.annotator, /^simulated annotator/);
  const of = many.pool.fine.map((k, i) => (k === 0 ? answers.fine![i]! : -9)).filter((k) => k !== -9);
  assert.deepEqual([...new Set(of)].sort(), [OUTSIDE, 0]); // image 0 was named, image 6 was not
  assert.ok(Math.abs(of.filter((k) => k === 0).length / 1000 - 0.5) < 4 * Math.sqrt(0.25 / 1000));
});

test('classes are matched by name, whatever their order; what is none of them is outside the list', () => {
  const counts = answerCounts(
    withAnswers(tiny, { annotator: 'by hand', fine: tiny.pool.fine.map((k) => (k < 5 ? k + 1 : 0)), coarse }),
    'noise',
  );
  const hierarchy = createHierarchy([['INTER', 'sans'], ['Arvo', 'mono'], ['lora-bold', 'serif']]); // prettier-ignore
  const some = { ...tiny, hierarchy, pool: { ...tiny.pool, fine: tiny.pool.fine.map((k) => k % 3) } };
  const { fine: drawn } = drawnAnswers(some, counts, createRandom(0));
  // Inter was called Fira Code, Arvo Lora Bold, and Lora Bold its italic
  assert.deepEqual([...drawn!.slice(0, 3)], [OUTSIDE, 2, OUTSIDE]);
});

test('simulated(confusion=...) takes counts by name or file; unknown ones, broken ones, other classes and an accuracy beside them are refused', () => {
  const load = (confusion: string) => annotatorChoices.load(`simulated(confusion=${confusion})`).value;
  const { annotator } = load(fileWith(countsAsText(answerCounts(answered, 'noise')))).all!(tiny)!;
  assert.match(annotator, /drawn from the answers of by hand/);
  for (const accuracy of [0.5, 0.9])
    assert.throws(() => load(`gpt-4v-flowers102,accuracy=${accuracy}`), {
      name: 'InputError',
      message: `Unexpected accuracy: ${accuracy} beside confusion=gpt-4v-flowers102, which tells how often it is right; give one of them`,
    });
  assert.throws(() => load('gpt-5'), /There are no answer counts "gpt-5"; expected gpt-4v-fgvc-aircraft, /);
  assert.throws(() => load(fileWith('{"counts": [[9, 0, 0, 1]], "classes": [["a", "b"]]}')), /holds no answer counts/);
  assert.throws(() => load('gpt-4v-flowers102').all!(tiny), /hold no class "Lora Bold" of tiny/);
});
