import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import type { Learner, LearningTask } from '../../lib/model/learner';
import { lda, mixture } from '../../lib/model/mixture';
import { onRoots, rootsOf } from '../../lib/model/on-roots';
import { createRandom } from '../../lib/random';
import { createLearner } from '../../lib/rounds/learners';
import { gaussianTask } from './gaussian-task';

const magnitudes = (x: Matrix): Matrix => matrix(x.rows, x.columns, x.data.map(Math.abs));

/** What a fitted model knows of the pool is as it was. */
const passed = { posterior: matrix(1, 1), information: async () => Float64Array.of() };

/** A learner that keeps what it is given, and says of rows what they are. */
function witness(): { learner: Learner; seen: { tasks: LearningTask[]; rows: Matrix[] } } {
  const seen: { tasks: LearningTask[]; rows: Matrix[] } = { tasks: [], rows: [] };
  const see = (rows: Matrix): Matrix => {
    seen.rows.push(rows);
    return rows;
  };
  const learner: Learner = {
    name: 'witness',
    fit: async (task) => {
      seen.tasks.push(task);
      return {
        engine: 'none',
        predict: async (x) => ({ fine: see(x), coarse: x, hidden: x }),
        hidden: async (x) => see(x),
        members: async (x) => [see(x)],
        ...passed,
        dispose: () => undefined,
      };
    },
    heldOut: async (task) => {
      seen.tasks.push(task);
      return task.features;
    },
  };
  return { learner, seen };
}

test('a row of roots is worked out by hand: of shares 1/10, 4/10, 5/10 and 0, and of zeros', () => {
  const roots = rootsOf(matrix(2, 4, Float32Array.of(2, 8, 10, 0, 0, 0, 0, 0)));
  [Math.sqrt(0.1), Math.sqrt(0.4), Math.sqrt(0.5), 0, 0, 0, 0, 0].forEach((value, at) =>
    assert.ok(Math.abs(roots.data[at]! - value) < 1e-7),
  );
});

test('features none of which is negative are seen by their roots, in the pool, the validation images and whatever is asked', async () => {
  const { task: given, test: asked } = gaussianTask(await createEngine());
  const [features, rows] = [magnitudes(given.features), magnitudes(asked)];
  const task = { ...given, features, validation: { features: rows, fine: new Int32Array(rows.rows) } };
  const { learner, seen } = witness();
  const model = await onRoots(learner).fit(task);
  assert.equal(model.posterior, passed.posterior);
  assert.equal(model.information, passed.information);
  await model.predict(rows);
  await model.hidden!(rows);
  await model.members!(rows, 1, createRandom(0));
  await onRoots(learner).heldOut!(task, 5);
  for (const { features: pool, validation } of seen.tasks) {
    assert.deepEqual(pool, rootsOf(features));
    assert.deepEqual(validation!.features, rootsOf(rows));
  }
  assert.equal(seen.tasks[0]!.features, seen.tasks[1]!.features, 'made once for a pool');
  assert.deepEqual(seen.rows, [rootsOf(rows), rootsOf(rows), rootsOf(rows)]);
});

test('one negative feature in the pool, or inputs of the learner’s own, and all are seen as they are', async () => {
  const { task: given } = gaussianTask(await createEngine());
  const features = magnitudes(given.features);
  const { learner, seen } = witness();
  await onRoots(learner).fit({ ...given, features, inputs: features });
  assert.equal(seen.tasks[0]!.features, features);
  const negative = { ...features, data: features.data.slice() };
  negative.data[7] = -1e-6;
  const model = await onRoots(learner).fit({ ...given, features: negative });
  assert.equal(seen.tasks[1]!.features, negative);
  await model.predict(features);
  assert.equal(seen.rows[0], features);
});

test('mixture, lda and student see roots: rows twice or four times as large are the same to them', async () => {
  const { task: given, test: asked } = gaussianTask(await createEngine());
  const scaled = (x: Matrix): Matrix =>
    matrix(
      x.rows,
      x.columns,
      x.data.map((value, at) => value * 2 ** (Math.floor(at / x.columns) % 3)),
    );
  const [features, rows] = [magnitudes(given.features), magnitudes(asked)];
  for (const learner of [mixture(), lda(), createLearner('student')]) {
    const of = async (pool: Matrix, x: Matrix) =>
      (await (await learner.fit({ ...given, features: pool, random: createRandom(0) })).predict(x)).fine;
    assert.deepEqual(await of(scaled(features), scaled(rows)), await of(features, rows), learner.name);
  }
});
