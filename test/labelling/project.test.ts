import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openProject, type OpenOptions, type Project } from '../../labelling/project';
import { unlabelledWords, type Words } from './words';

const quick = { learner: 'nearest-mean', batch: 8 } satisfies Partial<OpenOptions>;
const begun = async (more: Partial<OpenOptions> = {}): Promise<{ words: Words; project: Project }> => {
  const words = await unlabelledWords();
  return { words, project: await openProject({ folder: words.folder, ...quick, ...more }) };
};

async function labelBatch(project: Project, { truth }: Words, by = 'ann'): Promise<void> {
  for (const { image, isOpen } of project.state().batch)
    if (isOpen) await project.label(image, { fine: truth.get(image)! }, by);
}

test('from no label to a model: batches are chosen, labelled and learned from until the budget is spent, exactly', async () => {
  const { words, project } = await begun({ budget: 20 });
  assert.equal(project.state().round, 0);
  const seen = new Set<string>();
  const stages = new Set<string>();
  for (const expected of [8, 8, 4, 0]) {
    await project.update({ progress: (stage) => stages.add(stage) });
    const { batch, assessment } = await project.judged();
    assert.equal(batch.length, expected);
    assert.equal(assessment?.labels ?? 0, seen.size);
    for (const { image, likeliest } of batch) {
      assert.ok(!seen.has(image), 'nothing is asked twice');
      assert.equal(likeliest.length, seen.size < 8 ? 0 : 5);
    }
    await labelBatch(project, words);
    batch.forEach(({ image }) => seen.add(image));
  }
  const { money, ended, labelled, assessment } = project.state();
  assert.deepEqual([money, ended, labelled], [{ spent: 20, budget: 20, left: 0 }, 'the budget is spent', 20]);
  assert.ok(assessment!.accuracy.share > 1 / 6, 'better than chance');
  assert.deepEqual([...stages].sort(), ['asking', 'choosing', 'judging', 'learning']);
  await project.close();
});

test('closed and opened anew, a project is the same; another process is refused meanwhile', async () => {
  const { words, project } = await begun();
  await project.update();
  await labelBatch(project, words);
  const before = project.state();
  await assert.rejects(openProject({ folder: words.folder }), /is in use by .*; wait until it ends, or label on/);
  await project.close();
  appendFileSync(path.join(words.out, 'labels.jsonl'), '{"event":"label","ima'); // killed while it wrote
  const again = await openProject({ folder: words.folder });
  assert.deepEqual(again.state(), before);
  assert.equal((await again.update()).batch.length, 8);
  await again.close();
  await assert.rejects(openProject({ folder: words.folder, batch: 9 }), /settings:\n {2}batch: 8 there, 9 here/);
});

test('edit, undo, skip and "not in the list": the last word counts, an image taken back is asked for again and paid once', async () => {
  const { words, project } = await begun();
  const { batch } = await project.update();
  const [a, b, c] = batch.map(({ image }) => image) as [string, string, string];
  const [one, two] = project.classes.map(({ fine }) => fine) as [string, string];
  await project.label(a, { fine: one }, 'ann');
  await project.label(a, { fine: two }, 'ann');
  await project.label(a, { fine: two }, 'ann');
  assert.deepEqual([project.state().labelled, project.state().money.spent], [1, 1]);
  project.undo('ann');
  assert.deepEqual(project.state().batch[0]!.said, { ann: { fine: one } }, 'the label before the edit');
  await project.label(b, { skip: true }, 'ann');
  await project.label(c, { notInList: true }, 'ann');
  await labelBatch(project, words);
  await project.update();
  const { skipped, notInList, labelled, money } = project.state();
  assert.deepEqual([skipped, notInList, labelled, money.spent], [1, 1, 6, 6]);
  const last = batch.at(-1)!.image;
  project.undo('ann');
  assert.deepEqual([project.state().batch[0]!.image, project.state().batch[0]!.price], [last, 0]);
  await labelBatch(project, words);
  await project.update();
  assert.deepEqual([project.state().labelled, project.state().money.spent], [14, 14]);
  await assert.rejects(async () => project.undo('bob'), /nothing of bob to undo/);
  await project.close();
});

test('unknown classes and images are refused with the nearest names, and nothing is noted', async () => {
  const { words, project } = await begun();
  const [image] = words.truth.keys() as unknown as [string];
  const { fine } = project.classes[2]!;
  const refused = (at: string, name: string, message: RegExp) =>
    assert.rejects(project.label(at, { fine: name }, 'ann'), message);
  await refused(image, `${fine.slice(0, -1)}x`, new RegExp(`perhaps .*"${fine}"`));
  await refused('more/0001.jpg', fine, /is no image of .*perhaps "more\/0001.png"/);
  await refused('0001.png', fine, /perhaps "more\/0001.png"\?; expected a path below the folder/);
  await refused(`${words.folder}/more/0001.png`, fine, /perhaps "more\/0001.png"\?/);
  await refused(
    image,
    'not in the list',
    /expected one of the \d+ classes of the project, "\(not in the list\)" or "\(skip\)"/,
  );
  await refused('../words/0000.png', fine, /is no image of/);
  assert.throws(() => project.imagePath('../hierarchy.csv'), /is no image of/);
  assert.equal(readFileSync(path.join(words.out, 'labels.jsonl'), 'utf8'), '');
  await project.close();
});

test('people who disagree: the majority counts, an even split waits for whoever adjudicates', async () => {
  const { words, project } = await begun();
  const { batch } = await project.update();
  const [one, two] = project.classes.map(({ fine }) => fine) as [string, string];
  const { image } = batch[0]!;
  await project.label(image, { fine: one }, 'ann');
  await project.label(image, { fine: two }, 'bob');
  assert.deepEqual([project.state().conflicts, project.state().labelled], [[image], 0]);
  await project.labelAll([{ image, says: { fine: two }, by: 'eve', adjudicate: true }]);
  assert.deepEqual([project.state().conflicts, project.state().labelled], [[], 1]);
  await project.label(batch[1]!.image, { fine: one }, 'ann');
  await project.label(batch[1]!.image, { fine: two }, 'bob');
  await labelBatch(project, words);
  const { money } = await project.update();
  assert.equal(money.spent, 8, 'the disputed label was paid for');
  assert.equal((await project.learned()).session.labelOf(batch[1]!.image), null, 'and teaches nothing');
  await project.label(batch[1]!.image, { fine: two }, 'eve');
  assert.equal((await project.learned()).session.labelOf(batch[1]!.image), two);
  assert.equal(project.state().money.spent, 8);
  await project.close();
});

test('images that vanish are left out and named, a whole batch that nobody can label is replaced', async () => {
  const { words, project } = await begun();
  const { batch } = await project.update();
  rmSync(path.join(words.folder, batch[0]!.image));
  assert.ok(project.state().batch[0]!.isMissing && !project.state().batch[0]!.isOpen);
  for (const { image, isOpen } of project.state().batch) if (isOpen) await project.label(image, { skip: true }, 'ann');
  const next = await project.update();
  assert.equal(next.batch.length, 8);
  assert.ok(!next.batch.some(({ image }) => batch.some((old) => old.image === image)));
  assert.equal(next.money.spent, 0);
  await project.close();
});

test('labels known beforehand cost nothing and teach; the budget can be raised', async () => {
  const words = await unlabelledWords();
  const some = [...words.truth].slice(0, 12);
  writeFileSync(path.join(words.folder, 'labels.csv'), some.map((pair) => `${pair.join()}\n`).join(''));
  const project = await openProject({ folder: words.folder, ...quick, budget: 3 });
  await project.update();
  const { known, batch, assessment } = await project.judged();
  assert.deepEqual([known, batch.length, assessment!.labels], [12, 3, 12]);
  await labelBatch(project, words);
  assert.equal((await project.update()).ended, 'the budget is spent');
  project.allow({ budget: 10 });
  assert.equal((await project.update()).batch.length, 7);
  await project.close();
});
