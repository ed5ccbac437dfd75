import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { argmaxRows, matrix, row, type Matrix } from '../../lib/engine/matrix';
import { lda, mixture } from '../../lib/model/mixture';
import { Answers } from '../../lib/model/mixture/answers';
import { createRandom } from '../../lib/random';
import { teachersOf } from '../../lib/model/mixture/teachers';
import { estimateLikelihood } from '../../lib/noise/answer-likelihood';
import { gaussianTask } from './gaussian-task';

const right = (p: Matrix, truth: Int32Array): number =>
  argmaxRows(p).reduce((sum, k, i) => sum + Number(k === truth[i]), 0) / truth.length;

test('the pool teaches: with a label a class, the mixture is right more often than the labels alone', async () => {
  const engine = await createEngine();
  let [alone, together] = [0, 0];
  for (let seed = 0; seed < 5; seed++) {
    const { task, test: images, testLabels } = gaussianTask(engine, { rows: 400, labelled: 8, distance: 2.5, seed });
    alone += right((await (await lda().fit(task)).predict(images)).fine, testLabels);
    together += right((await (await mixture().fit(task)).predict(images)).fine, testLabels);
  }
  assert.ok(together > alone, `${together / 5} against ${alone / 5}`);
});

test('answers teach: of informative ones the posterior knows more, of constant ones no less', async () => {
  const { task, truth } = gaussianTask(await createEngine(), { rows: 400, labelled: 40, distance: 0.7 });
  const [random, rows] = [createRandom(1).stream('answers'), Int32Array.from(truth.keys())];
  const fit = async (fine?: Int32Array): Promise<number> =>
    right((await mixture().fit(fine ? { ...task, answers: { rows, fine } } : task)).posterior!, truth);
  const plain = await fit();
  assert.ok((await fit(truth.map((k) => (random.uniform() < 0.7 ? k : 0)))) > plain + 0.1);
  assert.ok((await fit(new Int32Array(truth.length))) > plain - 0.03);
});

test('with the oracle, how a class is answered is counted on all recorded answers; those not bought tell of no image', async () => {
  const { task, truth } = gaussianTask(await createEngine(), { rows: 200, labelled: 10 });
  const [{ hierarchy }, random, K] = [task, createRandom(2).stream('answers'), task.hierarchy.fine.length];
  const fine = truth.map((k) => (random.uniform() < 0.6 ? k : (k + 1) % K));
  const everything = { rows: Int32Array.from(truth.keys()), labels: truth, fine };
  const bought = Int32Array.of(7, 3, 150);
  const answers = new Answers({ rows: bought, fine: bought.map((i) => fine[i]!) }, hierarchy, 200, everything);
  const nothing = new Map([['fine', new Float64Array(K * (K + 1))]] as const);
  const likelihood = answers.likelihood(nothing, [])!;
  const shares = matrix(200, K);
  truth.forEach((k, i) => (shares.data[i * K + k] = 1));
  const counted = estimateLikelihood(answers.said, hierarchy, [{ images: everything.rows, shares }]);
  assert.deepEqual(likelihood.tables, counted.tables);
  assert.ok(Math.abs(likelihood.tables.get('fine')!.data[0]! - 0.6) < 0.15);
  const [logs] = answers.logsOf(everything.rows, likelihood);
  for (const i of everything.rows) {
    assert.equal(answers.has(i), bought.includes(i), `row ${i}`);
    const expected = bought.includes(i) ? Math.log(row(counted.tables.get('fine')!, truth[i]!)[fine[i]!]!) : 0;
    assert.ok(Math.abs(row(logs!, i)[truth[i]!]! - expected) < 1e-5);
  }
  assert.equal(new Answers(undefined, hierarchy, 200, everything).likelihood(nothing, []), undefined, 'none bought');
});

test('the posterior of a labelled row is its label, of any other a distribution', async () => {
  const { task } = gaussianTask(await createEngine());
  const { posterior } = await mixture().fit(task);
  task.full.rows.forEach((i, at) => assert.equal(row(posterior!, i)[task.full.labels[at]!], 1));
  for (let i = 0; i < task.features.rows; i++)
    assert.ok(Math.abs(row(posterior!, i).reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
});

test('the same seed gives the same bytes, whatever was fitted before; any number of folds or labels does', async () => {
  const engine = await createEngine();
  const { task, test: images } = gaussianTask(engine);
  const bytes = async (options = {}): Promise<Float32Array> =>
    (await (await mixture(options).fit(task)).predict(images)).fine.data;
  const first = await bytes();
  assert.ok(first.every(Number.isFinite));
  await mixture().fit(gaussianTask(engine, { seed: 3 }).task);
  assert.deepEqual(await bytes(), first);
  for (const folds of [2, 3, 20, 40]) assert.ok((await bytes({ folds })).every(Number.isFinite), `${folds} folds`);
  for (const labelled of [1, 2, 119, 120]) {
    const few = gaussianTask(engine, { labelled });
    const { fine } = await (await mixture().fit(few.task)).predict(images);
    assert.ok(fine.data.every(Number.isFinite), `${labelled} labels`);
  }
});

test('of a larger pool some images teach, those with an answer first, and it is told of all of them', async () => {
  const random = createRandom(1);
  const [labelled, answered] = [(i: number) => i < 10, (i: number) => i % 20 === 0];
  const teachers = teachersOf(200, 50, labelled, answered, random);
  assert.deepEqual(teachers, teachersOf(200, 50, labelled, answered, random));
  assert.equal(new Set(teachers).size, 50);
  assert.ok(teachers.every((i, at) => i >= 10 && (!at || i > teachers[at - 1]!)));
  assert.deepEqual([...teachers].filter(answered), [20, 40, 60, 80, 100, 120, 140, 160, 180]);
  assert.equal(teachersOf(60, 50, labelled, answered, random).length, 50, 'all of a pool that is not larger');
  const { task, truth } = gaussianTask(await createEngine(), { rows: 400, labelled: 8, distance: 2.5 });
  const fit = async (most: number) => (await mixture({ teachers: most }).fit(task)).posterior!;
  const [few, all] = [await fit(200), await fit(400)];
  assert.equal(few.rows, 400);
  assert.deepEqual(few.data, (await fit(200)).data);
  assert.notDeepEqual(few.data, all.data);
  assert.ok(right(few, truth) > right(all, truth) - 0.1);
});

test('labels that do not fit are refused by name', async () => {
  const { task } = gaussianTask(await createEngine());
  const fit = (rows: number[], labels: number[]) =>
    mixture().fit({ ...task, full: { rows: Int32Array.from(rows), labels: Int32Array.from(labels) } });
  await assert.rejects(fit([], []), /at least one full label/);
  await assert.rejects(fit([120], [0]), /Unexpected labelled row: 120; expected 0 to 119/);
  await assert.rejects(fit([0], [4]), /Unexpected label of row 0: 4; expected 0 to 3/);
});
