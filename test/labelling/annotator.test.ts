import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { REFUSED } from '../../lib/data/answer-code';
import { previewOf } from '../../labelling/preview';
import { openProject } from '../../labelling/project';
import { unlabelledWords } from './words';

test('an annotator buys labels of its own, gives hints, and is judged by the labels of people', async () => {
  const words = await unlabelledWords(60, 4);
  const file = path.join(path.dirname(words.folder), 'reader.ts');
  // right about every image but each fifth
  writeFileSync(
    file,
    `const truth = new Map<string, string>(${JSON.stringify([...words.truth])});
    export default { name: 'reader', answer: async ({ data, images }: any) => {
      const fine = Int32Array.from(images, (i: number) => (data.hierarchy.fine.indexOf(truth.get(data.pool.files.paths[i])) + (i % 5 ? 0 : 1)) % 4);
      return { fine, coarse: fine.map((k) => data.hierarchy.groupOf[k]) };
    } };`,
  );
  const project = await openProject({
    folder: words.folder,
    annotator: file,
    strategy: 'fixed-ratio',
    batch: 10,
    budget: 20,
    learner: 'lda',
    prices: { weak: 0.5 },
  });
  let hints = 0;
  let right = 0;
  for (let state = await project.update(); !state.ended; state = await project.update())
    for (const { image, hint, level } of state.batch) {
      assert.equal(level, 'full', 'only people are asked');
      hints++;
      right += hint!.fine === words.truth.get(image) ? 1 : 0;
      await project.label(image, { fine: words.truth.get(image)! }, 'ann');
    }
  const { money, weak, labelled, assessment } = await project.judged();
  assert.equal(hints, labelled);
  assert.ok(right > 0.6 * hints && right < hints);
  assert.ok(weak > 0 && money.spent === labelled + 0.5 * weak && money.spent <= 20, `${labelled}, ${weak}`);
  assert.equal(assessment!.quality!.images, labelled);
  await project.close();
});

test('weak-annotator-plus pays for hints that it buys, asks no second time where nothing is said, and comes to an end', async () => {
  const words = await unlabelledWords(40, 4);
  const file = path.join(path.dirname(words.folder), 'half.ts');
  // says nothing (-2) of every third image
  writeFileSync(
    file,
    `const truth = new Map<string, string>(${JSON.stringify([...words.truth])});
    export default { name: 'half', answer: async ({ data, images }: any) => {
      const fine = Int32Array.from(images, (i: number) => i % 3 ? data.hierarchy.fine.indexOf(truth.get(data.pool.files.paths[i])) : ${REFUSED});
      return { fine, coarse: fine.map((k) => k < 0 ? k : data.hierarchy.groupOf[k]) };
    } };`,
  );
  const project = await openProject({ folder: words.folder, annotator: file, batch: 8, budget: 16 });
  for (let state = await project.update(); !state.ended; state = await project.update())
    for (const { image, isOpen, hint } of state.batch) {
      const wasSaid = project.setup.images.indexOf(image) % 3 > 0;
      assert.equal(hint?.fine, wasSaid ? words.truth.get(image) : undefined, 'no answer is no hint');
      if (isOpen) await project.label(image, { fine: words.truth.get(image)! }, 'ann');
    }
  const { money, labelled, weak } = project.state();
  assert.ok(labelled >= 15 && weak > 0, `${labelled} labels, ${weak} answers`);
  assert.ok(money.spent <= 16 + 1e-9 && Math.abs(money.spent - labelled - 0.01 * weak) < 1e-9);
  await project.close();
});

test('what is not said: typiclust alone, weak-annotator-plus with an annotator, and learner and question as the strategy has them', async () => {
  const journal = emptyJournal((await unlabelledWords(20)).folder);
  const settings = async (more: object) => {
    const project = await openProject({ folder: (await unlabelledWords(20)).folder, ...more });
    await project.close();
    const { strategy, learner, question } = project.setup.settings;
    return [strategy, learner, question];
  };
  assert.deepEqual(await settings({}), ['typiclust', 'mixture', 'fine']);
  assert.deepEqual(await settings({ annotator: journal }), ['weak-annotator-plus', 'mixture', 'both']);
  assert.deepEqual(
    await settings({ annotator: journal, strategy: 'weak-annotator-plus(question=fine)', learner: 'lda' }),
    ['weak-annotator-plus(question=fine)', 'lda', 'fine'],
  );
});

test('a dry run tells the settings, the question and the first batch, asks nobody, and leaves nothing', async () => {
  const { folder, out } = await unlabelledWords(24);
  const features = path.join(path.dirname(folder), 'features.npy');
  renameSync(path.join(out, 'features.npy'), features);
  rmSync(out, { recursive: true });
  const { setup, annotator, images } = await previewOf({ folder, annotator: 'gemini', batch: 4, budget: 3 });
  assert.equal(setup.settings.strategy, 'weak-annotator-plus');
  assert.match(annotator!.prompt, new RegExp(setup.classes.map(([fine]) => fine).join('\\n- ')));
  assert.ok(annotator!.dollars > 0 && annotator!.dollars < 0.01);
  assert.equal(images.length, 1, 'half of the money is kept for the annotator and its choice');
  assert.ok(!existsSync(out));
  const project = await openProject({ folder, annotator: emptyJournal(folder), batch: 4, budget: 3 });
  renameSync(features, path.join(out, 'features.npy'));
  await project.close();
  const begun = await previewOf({ folder });
  assert.deepEqual([begun.images, begun.annotator, begun.answered], [[], undefined, 0]);
});

test('annotators that need true labels, strategies that need an annotator or ask people for groups: refused with what to do', async () => {
  const { folder } = await unlabelledWords(20);
  const refused = (more: object, message: RegExp) => assert.rejects(openProject({ folder, ...more }), message);
  await refused({ annotator: 'simulated' }, /"simulated" needs true labels; give a real one/);
  await refused({ annotator: 'typo.jsonl' }, /no answers typo\.jsonl; give the path of a journal/);
  await refused({ strategy: 'weak-annotator' }, /buys an annotator's answers; give --annotator/);
  await refused({ strategy: 'isoal' }, /asks a human for groups/);
  await refused({ batch: 0 }, /Unexpected batch: 0/);
});

function emptyJournal(folder: string): string {
  const file = path.join(path.dirname(folder), 'answers.jsonl');
  writeFileSync(file, '');
  return file;
}
