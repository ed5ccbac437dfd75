import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { answersFromJournal, loadAnnotated } from '../../../inputs/annotators/answers';
import { examplesOf, granularityStudy } from '../../../inputs/annotators/granularity';
import { imageHash } from '../../../inputs/annotators/image-hash';
import type { JournalLine } from '../../../inputs/annotators/journal-line';
import { JournalAnswers } from '../../../inputs/annotators/journal-answers';
import { wilson } from '../../../lib/noise/wilson';
import { MISSING, OUTSIDE, REFUSED } from '../../../lib/data/answer-code';
import { withAnswers } from '../../../lib/data/dataset';
import { tinyPictures } from './tiny-pictures';
import { scratchFolder } from '../../scratch';

const data = tinyPictures(12);
const { hierarchy, pool } = data;

/** A line about pool image `index`, under another row number than its own: the content decides. */
async function line(index: number, label: string | null, more: Partial<JournalLine> = {}): Promise<JournalLine> {
  const [image, status] = [await imageHash(pool, index), label === null ? 'outside' : 'answered'] as const;
  return {
    image,
    index: 99,
    dataset: 'tiny',
    granularity: 'coarse',
    annotator: 'gemini',
    model: 'm',
    prompt: 'p',
    repetition: 0,
    status,
    label,
    raw: '',
    latencyMs: 1,
    tries: 1,
    at: '',
    ...more,
  };
}
const truth = (i: number): string => hierarchy.coarse[hierarchy.groupOf[pool.fine[i]!]!]!;
const rightLines = (): Promise<JournalLine[]> => Promise.all(Array.from(pool.fine, (_, i) => line(i, truth(i))));

function fileOf(lines: readonly JournalLine[]): string {
  const file = path.join(scratchFolder('answers'), 'answers.jsonl');
  writeFileSync(file, lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
  return file;
}

describe('a journal’s answers', () => {
  test('are matched to the pool by content, in whatever order they came', async () => {
    const { labels, missing } = (await new JournalAnswers((await rightLines()).reverse(), data).level('coarse'))!;
    assert.deepEqual([labels, missing], [Int32Array.from(pool.fine, (k) => hierarchy.groupOf[k]!), 0]);
  });

  test('tell outside, refused and missing apart', async () => {
    const lines = [await line(0, null), await line(1, null, { status: 'refused' })];
    const { labels, missing } = (await new JournalAnswers(lines, data).level('coarse'))!;
    assert.deepEqual([...labels.slice(0, 3), missing], [OUTSIDE, REFUSED, MISSING, 10]);
  });

  test('of some images alone are read without the files of the others', async () => {
    const folder = scratchFolder('answers');
    for (const name of ['a', 'b']) writeFileSync(path.join(folder, name), name);
    const files = { folder, paths: ['a', 'gone', 'b'] };
    const some = { ...data, pool: { fine: pool.fine.slice(0, 3), files } };
    const lines = [await line(0, 'serif', { image: await imageHash(some.pool, 2) })];
    const { labels } = (await new JournalAnswers(lines, some, [0, 2]).level('coarse'))!;
    assert.deepEqual([...labels], [MISSING, MISSING, hierarchy.coarse.indexOf('serif')]);
    await assert.rejects(new JournalAnswers(lines, some).level('coarse'), /Cannot read the image .*gone/);
  });

  test('given repeatedly, are those given most often, and as sure as they agree', async () => {
    const said = ['serif', 'sans', 'sans', 'mono'];
    const lines = await Promise.all(said.map((label, repetition) => line(0, label, { repetition })));
    const { labels, confidence } = (await new JournalAnswers(lines, data).level('coarse'))!;
    assert.deepEqual([hierarchy.coarse[labels[0]!], confidence![0]], ['sans', 0.5]);
    const tied = await new JournalAnswers(lines.slice(0, 2), data).level('coarse');
    assert.equal(hierarchy.coarse[tied!.labels[0]!], 'serif', 'the earlier of equals');
  });

  test('have the provider’s confidence where every answer has one', async () => {
    const lines = [await line(0, 'sans', { confidence: 0.75 }), await line(1, null)];
    assert.deepEqual([...(await new JournalAnswers(lines, data).level('coarse'))!.confidence!.slice(0, 2)], [0.75, 0]);
    assert.equal(
      (await new JournalAnswers([...lines, await line(2, 'sans')], data).level('coarse'))!.confidence,
      undefined,
    );
  });

  test('of several models must be chosen from', async () => {
    const lines = [await line(0, 'sans'), await line(0, 'mono', { model: 'other' })];
    await assert.rejects(new JournalAnswers(lines, data).level('coarse'), /2 sources; choose .*model m.*model other/);
    const chosen = await new JournalAnswers(lines, data).level('coarse', { model: 'other' });
    assert.equal(hierarchy.coarse[chosen!.labels[0]!], 'mono');
  });

  test('become a data set’s answers if they are complete, or if some may be missing', async () => {
    const lines = await rightLines();
    const { answers } = await answersFromJournal(fileOf(lines), data);
    assert.equal(withAnswers(data, answers).answers!.annotator, 'm (gemini)');
    const partial = fileOf(lines.slice(0, 5));
    await assert.rejects(
      answersFromJournal(partial, data),
      /no coarse answer to 7 of 12 .*: npm run annotate -- --dataset \S+ --granularity coarse --out \S+ --annotator gemini --model m$/,
    );
    const simulated = { annotator: 'simulated', model: 'simulated annotator (right 80 % of the time)' };
    const drawn = fileOf([await line(0, 'sans', simulated)]);
    await assert.rejects(answersFromJournal(drawn, data), /--annotator simulated --accuracy 0\.8$/);
    const published = fileOf([await line(0, 'sans', { annotator: 'gpt-4v' })]);
    await assert.rejects(answersFromJournal(published, data), /--annotator NAME$/);
    const { missing, answers: some } = await answersFromJournal(partial, data, { complete: false });
    assert.deepEqual([missing.coarse, some.coarse.filter((label) => label === -1).length], [7, 7]);
  });

  test('bought again replace the earlier ones, and lines without an answer do not count', async () => {
    const lines = [await line(0, null, { status: 'refused', price: 1 }), await line(0, 'sans', { price: 2 })];
    const nothing = await line(1, null, { status: 'refused', reason: 'empty answers' });
    const { labels, price, missing } = (await new JournalAnswers([...lines, nothing], data).level('coarse'))!;
    assert.deepEqual([hierarchy.coarse[labels[0]!], labels[1], price, missing], ['sans', MISSING, 3, 11]);
  });

  test('to the question for both lists count on each of them', async () => {
    const lines = [await line(0, 'Inter', { granularity: 'both', group: 'mono', status: 'answered' })];
    const named = async (level: 'fine' | 'coarse') =>
      hierarchy[level][(await new JournalAnswers(lines, data).level(level))!.labels[0]!];
    assert.deepEqual([await named('fine'), await named('coarse')], ['Inter', 'mono']);
  });

  test('to the fine question alone tell the groups, too', async () => {
    const lines = await Promise.all(
      Array.from(pool.fine, (k, i) => line(i, i ? hierarchy.fine[k]! : null, { granularity: 'fine' })),
    );
    const { answers } = await answersFromJournal(fileOf(lines), data);
    const groups = Array.from(pool.fine, (k, i) => (i ? hierarchy.groupOf[k]! : OUTSIDE));
    assert.deepEqual(
      [[...answers.coarse], answers.annotator],
      [groups, 'm (gemini), groups read off its fine answers'],
    );
  });

  test('read each image once, whichever levels are asked for', async (t) => {
    const fine = await Promise.all(
      Array.from(pool.fine, (k, i) => line(i, hierarchy.fine[k]!, { granularity: 'fine' })),
    );
    const journals = { fine: fileOf(fine), coarse: fileOf(await rightLines()), 'fine and coarse': fileOf([...(await rightLines()), ...fine]) }; // prettier-ignore
    const read = t.mock.method(pool.images!.pixels, 'subarray');
    for (const [levels, file] of Object.entries(journals)) {
      read.mock.resetCalls();
      const { answers } = await answersFromJournal(file, data);
      assert.equal(read.mock.callCount(), pool.fine.length, levels);
      assert.equal(answers.fine !== undefined, levels !== 'coarse');
    }
  });

  test('that are ranked, or have probabilities, keep them', async () => {
    const fine = { granularity: 'fine' } as const;
    const lines = await Promise.all(
      Array.from(pool.fine, (k, i) =>
        line(i, hierarchy.fine[k]!, i ? fine : { ...fine, ranked: ['Inter', 'a cat'], probabilities: { Inter: 0.75 } }),
      ),
    );
    const { answers } = await answersFromJournal(fileOf(lines), data);
    const inter = hierarchy.fine.indexOf('Inter');
    assert.deepEqual(answers.fineRanked!.slice(0, 2), [Int32Array.of(inter, OUTSIDE), Int32Array.of(1)]);
    assert.deepEqual([answers.fineProbabilities!.data[inter], answers.fineProbabilities!.columns], [0.75, 6]);
    assert.ok(withAnswers(data, answers));
  });

  test('that name no class at all are an error: nothing is learned from a service’s failure', async () => {
    const lines = await Promise.all(Array.from(pool.fine, (_, i) => line(i, null, { status: 'refused' })));
    await assert.rejects(
      answersFromJournal(fileOf(lines), data),
      /names no class .*12 answers refused.*: npm run annotate -- .* --annotator gemini --model m --again refused,outside$/,
    );
  });

  test('stand in for a data set’s own where a grid names NAME@FILE.jsonl', async () => {
    await assert.rejects(loadAnnotated('typefaces@/nonexistent.jsonl'), /Cannot read the journal \/nonexistent\.jsonl/);
    await assert.rejects(loadAnnotated(`typefaces@${fileOf(await rightLines())}`), /to 5500 of 5500 pool images/);
    assert.equal((await loadAnnotated('synthetic')).name, 'synthetic');
  });

  test('that name no class of the data set are told', async () => {
    const lines = [await line(0, 'blackletter\u001b')];
    await assert.rejects(
      new JournalAnswers(lines, data).level('coarse'),
      /names "blackletter\\u001b", which is no class of tiny/,
    );
  });
});

test('Wilson’s interval is that of the textbook: 8 of 10 is 0.4902 to 0.9433', () => {
  const { share, low, high } = wilson(8, 10);
  assert.deepEqual([share, low.toFixed(4), high.toFixed(4)], [0.8, '0.4902', '0.9433']);
  assert.deepEqual([wilson(0, 5).low, wilson(5, 5).high, wilson(0, 0)], [0, 1, { share: 0, low: 0, high: 1 }]);
});

describe('the granularity study', () => {
  const level = (labels: number[]) => ({ annotator: 'test', labels: Int32Array.from(labels), missing: 0 });
  // pool.fine is 0..5 twice; two coarse answers are wrong, one is outside, one refused, one image was never asked about
  const groups = Array.from(pool.fine, (k) => hierarchy.groupOf[k]!);
  const coarse = groups.map((group, i) => [MISSING, OUTSIDE, REFUSED][i] ?? (i < 5 ? (group + 1) % 3 : group));
  // fine classes 0 and 3 share a group: called one another, they are right via fine
  const fine = Array.from(pool.fine, (k) => (k === 0 ? 3 : k));
  const study = granularityStudy(data, level(coarse), level(fine));

  test('counts what is right, outside and refused among the images asked about', () => {
    const { asked, accuracy, outside, refused } = study.coarse;
    assert.deepEqual([asked, accuracy.share, outside, refused], [11, 7 / 11, 1 / 11, 1 / 11]);
    assert.deepEqual([study.fine!.accuracy.share, study.viaFine!.accuracy.share], [10 / 12, 1]);
  });

  test('counts confusions, and finds the images behind them', () => {
    const { counts } = study.coarse;
    assert.equal(
      counts.flat().reduce((a, b) => a + b, 0),
      11,
    );
    assert.equal(
      counts.reduce((sum, row) => sum + row[3]!, 0),
      2,
      'outside or refused',
    );
    assert.deepEqual(examplesOf(study.coarse, groups[3]!, (groups[3]! + 1) % 3, 9), [3]);
    assert.deepEqual(examplesOf(study.coarse, groups[1]!, 3, 9), [1]);
  });

  test('orders classes by accuracy', () => {
    const shares = study.fine!.classes.map(({ accuracy }) => accuracy.share);
    assert.deepEqual(shares, [1, 1, 1, 1, 1, 0]);
    assert.equal(study.fine!.classes.at(-1)!.name, hierarchy.fine[0]);
  });
});
