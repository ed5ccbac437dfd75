import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readLabels } from '../../labelling/import-labels';
import { openProject, type Project } from '../../labelling/project';
import { unlabelledWords, type Words } from './words';

type Way = (project: Project, images: readonly string[], words: Words) => Promise<void>;

/** What remains of a project when three batches were labelled in some way, times and hashes of files left out. */
async function endOf(label: Way) {
  const words = await unlabelledWords();
  const project = await openProject({ folder: words.folder, learner: 'lda', batch: 8, budget: 20 });
  for (let state = await project.update(); !state.ended; state = await project.update())
    await label(
      project,
      state.batch.flatMap(({ image, isOpen }) => (isOpen ? [image] : [])),
      words,
    );
  const { session } = await project.learned();
  const { fine } = await session.predict(project.images.map((_, i) => i));
  const { money, labelled, skipped, notInList, history, round } = await project.judged();
  await project.close();
  return { money, labelled, skipped, notInList, history, round, fine };
}

const bySaying: Way = async (project, images, { truth }) => {
  for (const image of images) await project.label(image, { fine: truth.get(image)! }, 'ann');
};
const byFile =
  (name: string, text: (images: readonly string[], words: Words) => string): Way =>
  async (project, images, words) => {
    const file = path.join(words.out, name);
    writeFileSync(file, text(images, words));
    await project.labelAll(readLabels(file, project.images, { by: 'ann' }).statements);
  };
const asCsv = byFile('labels.csv', (images, { truth }) =>
  images.map((name) => `${name},${truth.get(name)}\n`).join(''),
);
const asLabelStudio = byFile('export.json', (images, { truth }) =>
  JSON.stringify(
    images.map((name, id) => ({
      id,
      data: { image: `/data/local-files/?d=${encodeURIComponent(`words/${name}`)}` },
      annotations: [{ result: [{ type: 'choices', value: { choices: [truth.get(name)] } }] }],
    })),
  ),
);

test('labels said one by one, read from CSV and from Label Studio come to the same end, to the bits of the model', async () => {
  const said = await endOf(bySaying);
  assert.deepEqual([said.labelled, said.money.spent, said.history.length], [20, 20, 3]);
  assert.deepEqual(await endOf(asCsv), said);
  assert.deepEqual(await endOf(asLabelStudio), said);
});
