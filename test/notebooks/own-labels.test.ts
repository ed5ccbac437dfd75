import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { typefaces } from '../../inputs/datasets/typefaces';
import { openProject } from '../../labelling/project';
import { row } from '../../lib/engine/matrix';
import { repositoryRoot } from '../../lib/root';
import { ownLabels, writeUnlabelledFolder } from '../../notebooks/kit/index';

test('labels of words are set against the annotator’s answers and against random ones; five at least', async (t) => {
  const folder = `results/own-labels-${process.pid}`;
  const place = path.join(repositoryRoot, folder);
  t.after(() => [place, `${place}.labels`].forEach((one) => rmSync(one, { recursive: true, force: true })));
  const words = await writeUnlabelledFolder(await typefaces(), folder, { classes: 4, count: 60 });
  const project = await openProject({ folder, learner: 'nearest-mean', batch: 12 });
  await assert.rejects(ownLabels(project, words), /0 labels tell nothing yet; label at least 5 images/);
  const { fine, groupOf } = words.data.hierarchy;
  const truth = (image: string): number => words.data.pool.fine[words.rows.get(image)!]!;
  const { batch } = await project.update();
  for (const { image } of batch) await project.label(image, { fine: fine[truth(image)]! }, 'me');
  const { labels, matrices, series } = await ownLabels(project, words);
  assert.deepEqual([labels, matrices.map(({ name }) => name)], [12, ['you', 'the annotator']]);
  const group = groupOf[truth(batch[0]!.image)]!;
  const [mine, annotator] = matrices.map(({ T }) => row(T, group)[group]!);
  assert.ok(mine! >= annotator!, 'nobody is better than the truth');
  assert.deepEqual(
    series.map(({ name, points }) => [name, points.map(({ x, values }) => [x, values.length])]),
    [
      [
        'your labels',
        [
          [5, 1],
          [10, 1],
        ],
      ],
      [
        'random',
        [
          [5, 5],
          [10, 5],
        ],
      ],
    ],
  );
  const last = series[0]!.points.at(-1)!.values[0]!;
  assert.ok(last > 25 && last <= 100, `${last} % with four classes`);
  await project.close();
});
