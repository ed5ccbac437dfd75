import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import type { FittedModel, Learner, LearningTask } from '../../lib/model/learner';
import { mixture } from '../../lib/model/mixture';
import { student } from '../../lib/model/student';
import { createLearner } from '../../lib/rounds/learners';
import { gaussianTask } from './gaussian-task';

/** A learner that says the same of every image, and keeps the tasks it is given. */
function sayingAlways(p: readonly number[], posterior?: Matrix): Learner & { readonly tasks: LearningTask[] } {
  const tasks: LearningTask[] = [];
  const repeated = (n: number, values: readonly number[]): Matrix =>
    matrix(
      n,
      values.length,
      Float32Array.from({ length: n * values.length }, (_, at) => values[at % values.length]!),
    );
  const model: FittedModel = {
    engine: 'none',
    predict: async ({ rows }) => ({
      fine: repeated(rows, p),
      coarse: repeated(rows, [1]),
      hidden: repeated(rows, [1]),
    }),
    dispose: () => undefined,
    ...(posterior && { posterior }),
  };
  return { name: 'always', tasks, fit: async (task) => (tasks.push(task), model) };
}

test('its probabilities are the geometric mean of teacher and network, which is trained when it is first asked', async () => {
  const { task, test: images } = gaussianTask(await createEngine(), { rows: 8, labelled: 4 });
  const posterior = matrix(8, 4, new Float32Array(32).fill(0.25));
  const network = sayingAlways([0.1, 0.4, 0.4, 0.1]);
  const model = await student(sayingAlways([0.4, 0.4, 0.1, 0.1], posterior), network).fit(task);
  assert.equal(network.tasks.length, 0);
  const { fine, coarse } = await model.predict(images);
  await model.predict(images);
  assert.equal(network.tasks.length, 1);
  // sqrt of (0.04, 0.16, 0.04, 0.01) is (2, 4, 2, 1) / 10, which sums to 9 / 10
  [2, 4, 2, 1].forEach((ninths, k) => assert.ok(Math.abs(row(fine, 0)[k]! - ninths / 9) < 1e-6));
  assert.ok(Math.abs(row(coarse, 0)[0]! - 6 / 9) < 1e-6);
});

test('where teacher and network are certain of different classes, each has half of the probability', async () => {
  const { task, test: images } = gaussianTask(await createEngine(), { rows: 8, labelled: 4 });
  const posterior = matrix(8, 4, new Float32Array(32).fill(0.25));
  const model = await student(sayingAlways([1, 0, 0, 0], posterior), sayingAlways([0, 0, 1, 0])).fit(task);
  assert.deepEqual([...row((await model.predict(images)).fine, 0)], [0.5, 0, 0.5, 0]);
});

test('what the classes are linear in is to be had without training the network, and is what predict gives', async () => {
  const { task, test: images } = gaussianTask(await createEngine(), { rows: 40, labelled: 8 });
  const network = sayingAlways([0.25, 0.25, 0.25, 0.25]);
  const model = await student(mixture(), network).fit(task);
  const hidden = await model.hidden!(images);
  assert.equal(network.tasks.length, 0);
  assert.deepEqual((await model.predict(images)).hidden.data, hidden.data);
});

test('the network learns from classes drawn as the posterior says, to the next whole number; labelled images count an eighth at least', async () => {
  const { task } = gaussianTask(await createEngine(), { rows: 100, labelled: 4 });
  const said = [0.5, 0.25, 0.2, 0.05];
  const posterior = matrix(
    100,
    4,
    Float32Array.from({ length: 400 }, (_, at) => said[at % 4]!),
  );
  for (const [at, i] of task.full.rows.entries()) row(posterior, i).fill(0)[task.full.labels[at]!] = 1;
  const network = sayingAlways(said);
  const model = await student(sayingAlways(said, posterior), network).fit(task);
  await model.predict(task.features);
  const { full, weak, coarseHead } = network.tasks[0]!;
  assert.deepEqual([weak.rows.length, coarseHead], [0, 'none']);
  const times = (i: number, k: number) => full.rows.filter((r, at) => r === i && full.labels[at] === k).length;
  task.full.rows.forEach((i, at) => assert.equal(times(i, task.full.labels[at]!), 24)); // 96 unlabelled for 4 labelled
  for (let i = 4; i < 100; i++) {
    const counts = said.map((_, k) => times(i, k));
    assert.equal(counts[0]! + counts[1]! + counts[2]! + counts[3]!, 8);
    counts.forEach((n, k) => assert.ok(Math.abs(n - 8 * said[k]!) < 1, `class ${k}: ${n} times`));
  }
  const rare = Array.from({ length: 96 }, (_, at) => times(at + 4, 3)).reduce((sum, n) => sum + n, 0);
  assert.ok(Math.abs(rare - 96 * 8 * 0.05) < 12, `${rare} of 38.4 expected`);
});

test('the same task and random numbers give the same probabilities, and these know more than the network alone', async () => {
  const {
    task,
    test: images,
    testLabels,
  } = gaussianTask(await createEngine(), { rows: 300, labelled: 12, distance: 1.5 });
  const fineOf = async (name: string): Promise<Matrix> => {
    const model = await createLearner(name).fit(task);
    const { fine } = await model.predict(images);
    model.dispose();
    return fine;
  };
  const first = await fineOf('student');
  assert.deepEqual(await fineOf('student'), first);
  const logLikelihood = (fine: Matrix): number =>
    testLabels.reduce((sum, label, i) => sum + Math.log(row(fine, i)[label]! + 1e-9), 0) / testLabels.length;
  assert.ok(logLikelihood(first) > logLikelihood(await fineOf('network')) + 0.05);
});

test('a network that cannot be trained is told by predict, and by nothing else when the model is let go', async () => {
  const { task, test: images } = gaussianTask(await createEngine(), { rows: 8, labelled: 4 });
  const posterior = matrix(8, 4, new Float32Array(32).fill(0.25));
  const broken: Learner = { name: 'broken', fit: () => Promise.reject(new Error('no steps')) };
  const model = await student(sayingAlways([0.25, 0.25, 0.25, 0.25], posterior), broken).fit(task);
  await assert.rejects(model.predict(images), /no steps/);
  model.dispose();
  await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would fail the test
});

test('a network that cannot be trained is told by whoever asks, not by the end of the process', async (t) => {
  const { task, test: images } = gaussianTask(await createEngine(), { rows: 8, labelled: 4 });
  const posterior = matrix(8, 4, new Float32Array(32).fill(0.25));
  const teacher = sayingAlways([0.4, 0.4, 0.1, 0.1], posterior);
  const slow: Learner = {
    name: 'slow',
    fit: async (given) => {
      const model = await teacher.fit(given);
      const later = async (x: Matrix) => (await new Promise((done) => setTimeout(done, 5)), model.predict(x));
      return { ...model, predict: later };
    },
  };
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  const failing: Learner = { name: 'failing', fit: () => Promise.reject(new Error('not symmetric')) };
  await assert.rejects(async () => (await student(slow, failing).fit(task)).predict(images), /not symmetric/);
  assert.deepEqual(unhandled, []);
});
