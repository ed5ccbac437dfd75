import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHierarchy } from '../../lib/data/hierarchy';
import { createEngine } from '../../lib/engine';
import { matrix, row } from '../../lib/engine/matrix';
import { spaceOf } from '../../lib/engine/leading-space';
import { emDefaults } from '../../lib/model/mixture';
import { runEm } from '../../lib/model/mixture/em';
import { EmRun } from '../../lib/model/mixture/em-run';
import { foldsOf, joined } from '../../lib/model/mixture/folds';
import type { Weights } from '../../lib/model/mixture/weights';
import type { LearningTask } from '../../lib/model/learner';
import { noLabels } from '../../lib/model/training-set';
import { createRandom } from '../../lib/random';
import { gaussianTask } from './gaussian-task';

const shrinkage = { covariance: 0.1, means: 1 };

/** Scores of every question and row that calibration sees after three rounds at given weights: [row][question] -> bytes. */
async function heldOut(task: LearningTask, weights: Weights): Promise<Map<number, string>> {
  const run = await EmRun.begin(task, await spaceOf(task.features, task.engine), emDefaults);
  for (let round = 0; round < 3; round++) await run.teach(await run.judges(shrinkage), weights);
  const scores = await run.heldOut(await run.judges(shrinkage));
  const { rows } = joined(foldsOf(task, task.features.rows, emDefaults.folds));
  return new Map(Array.from(rows, (i, at) => [i, scores.map(({ values }) => row(values, at).join()).join()]));
}

test('but for the weights, a held-out label cannot change its own scores: flipped, they stay to the bit', async () => {
  const { task, truth } = gaussianTask(await createEngine(), { labelled: 20 });
  const random = createRandom(2).stream('answers');
  const answers = {
    rows: Int32Array.from(truth.keys()),
    fine: truth.map((k) => (random.uniform() < 0.6 ? k : random.integer(4))),
    coarse: truth.map((k) => (random.uniform() < 0.8 ? k >> 1 : 0)),
  };
  const weights = { alone: 1.4, features: 0.5, answers: Float64Array.of(0.6, 0.4) };
  const before = await heldOut({ ...task, answers }, weights);
  for (const flipped of [0, 7, 19]) {
    const labels = task.full.labels.slice();
    labels[flipped] = (labels[flipped]! + 1) % 4;
    const after = await heldOut({ ...task, answers, full: { rows: task.full.rows, labels } }, weights);
    assert.equal(after.get(flipped), before.get(flipped));
    const others = [...before.keys()].filter((i) => after.get(i) !== before.get(i));
    assert.ok(others.length >= 10, `a flipped label must change other folds' scores; it changed ${others.length}`);
  }
});

test('two rounds of EM over one feature and two classes are those worked out by hand', async () => {
  const x = [-2, -1.5, 2.2, 1.4, -1, -0.3, 0.2, 0.9, 2.5];
  const labels = [0, 0, 1, 1];
  const features = matrix(x.length, 1, Float32Array.from(x));
  const engine = await createEngine();
  const task: LearningTask = {
    hierarchy: createHierarchy([
      ['a', 'A'],
      ['b', 'B'],
    ]),
    features,
    full: { rows: Int32Array.of(0, 1, 2, 3), labels: Int32Array.from(labels) },
    weak: noLabels,
    coarseHead: 'none',
    engine,
    random: createRandom(0),
  };
  const options = { ...emDefaults, folds: 2, poolWeight: 0.3, sharpening: { features: 1.5, answers: 2 } };
  const [covariance, temperature] = [0, 0.7];
  const weights = { alone: 1, features: temperature, answers: new Float64Array() };
  const space = await spaceOf(features, engine);
  const run = await EmRun.begin(task, space, options);
  let judges = await run.judges({ covariance, means: 1 });
  for (let round = 0; round < 2; round++) {
    await run.teach(judges, weights);
    judges = await run.judges({ covariance, means: 1 });
  }
  const found = await run.posterior(judges.at(-1)!, weights);

  const z = Array.from(space.pool.data);
  let shares = z.map((_, i) => [0, 1].map((k) => Number(labels[i] === k)));
  let p: number[][] = [];
  for (let round = 0; round < 3; round++) {
    const counts = [0, 1].map((k) => shares.reduce((sum, share) => sum + share[k]!, 0));
    const sums = [0, 1].map((k) => shares.reduce((sum, share, i) => sum + share[k]! * z[i]!, 0));
    const total = counts[0]! + counts[1]!;
    const mean = (sums[0]! + sums[1]!) / total;
    const means = [0, 1].map((k) => (sums[k]! + (sums[k]! + mean) / (counts[k]! + 1)) / (counts[k]! + 1));
    const squares = shares.reduce(
      (sum, share, i) => sum + share.reduce((s, weight, k) => s + weight * (z[i]! - means[k]!) ** 2, 0),
      0,
    );
    const seen = counts.reduce((sum, n) => sum + Math.min(1, n), 0);
    const variance = squares / Math.max(20, total - seen);
    const probabilities = (power: number) =>
      z.map((value) => {
        const likely = means.map((m) => Math.exp((-power * temperature * (value - m) ** 2) / (2 * variance)));
        return likely.map((l) => l / (likely[0]! + likely[1]!));
      });
    p = probabilities(1);
    shares = probabilities(options.sharpening.features).map((q, i) =>
      labels[i] === undefined
        ? q.map((share) => options.poolWeight * share)
        : [0, 1].map((k) => Number(labels[i] === k)),
    );
  }
  p.forEach((expected, i) => {
    const want = labels[i] === undefined ? expected : [0, 1].map((k) => Number(labels[i] === k));
    want.forEach((value, k) =>
      assert.ok(Math.abs(row(found, i)[k]! - value) < 1e-4, `row ${i}: ${row(found, i)[k]}, not ${value}`),
    );
  });
});

test('an unlabelled image teaches what its features say of it at a temperature of their own, or features and answer, raised', async () => {
  const x = [-2, -1.5, 2.2, 1.4, -1, -0.3, 0.2, 0.9, 2.5];
  const answered = [4, 6, 8];
  const [alone, temperature, weight] = [1.3, 0.1, 0.4]; // unsure by its features, so that answers weigh
  const engine = await createEngine();
  const task: LearningTask = {
    hierarchy: createHierarchy([
      ['a', 'A'],
      ['b', 'B'],
    ]),
    features: matrix(x.length, 1, Float32Array.from(x)),
    full: { rows: Int32Array.of(0, 1, 2, 3), labels: Int32Array.of(0, 0, 1, 1) },
    ...{ weak: noLabels, coarseHead: 'none', engine, random: createRandom(0) },
    answers: { rows: Int32Array.of(0, 2, ...answered), fine: Int32Array.of(0, 1, 0, 0, 1) },
  };
  const sharpening = { features: 1.5, answers: 2.5 };
  const options = { ...emDefaults, folds: 2, poolWeight: 0.3, sharpening };
  const space = await spaceOf(task.features, engine);
  const run = await EmRun.begin(task, space, options);
  const judges = await run.judges({ covariance: 0.1, means: 1 });
  await run.teach(judges, { alone, features: temperature, answers: Float64Array.of(weight) });

  const { discriminant, likelihood } = judges.at(-1)!;
  const said = likelihood!.tables.get('fine')!;
  const expected = [2, 2];
  for (const i of [4, 5, 6, 7, 8]) {
    const at = answered.indexOf(i);
    const logits = [0, 1].map((k) => {
      const score = discriminant.bias[k]! + space.pool.data[i]! * discriminant.weights.data[k]!;
      if (at < 0) return alone * temperature * score;
      const answer = task.answers!.fine![2 + at]!;
      return temperature * score + sharpening.answers * weight * Math.log(row(said, k)[answer]!);
    });
    const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
    logits.forEach((z, k) => (expected[k]! += (options.poolWeight * Math.exp(z)) / total));
  }
  const { counts } = run['taught'].at(-1)!.statistics;
  expected.forEach((count, k) => assert.ok(Math.abs(counts[k]! - count) < 1e-5, `${counts[k]}, not ${count}`));
});

test('a labelled image without an answer is judged, unseen, at the features’ own temperature', async () => {
  const { task } = gaussianTask(await createEngine(), { labelled: 12 });
  const [without, ...others] = Array.from(task.full.rows);
  const answered = Int32Array.from(others).sort();
  const answers = { rows: answered, fine: answered.map((_, i) => i % 4) };
  const run = await EmRun.begin({ ...task, answers }, await spaceOf(task.features, task.engine), emDefaults);
  const scores = await run.heldOut(await run.judges(shrinkage));
  const of = (alone: number) => run.blind(scores, { features: 0.5, answers: Float64Array.of(0.4), alone });
  const [blunt, sharp] = [of(1), of(2)];
  Array.from(task.full.rows).forEach((image, at) => {
    const same = row(blunt, at).every((p, k) => p === row(sharp, at)[k]);
    assert.equal(same, image !== without, `image ${image}`);
  });
});

test('where answers teach, leading rounds at the closest fit learn their tables, with which the classes start over', async () => {
  const { task: plain, truth } = gaussianTask(await createEngine(), { labelled: 20 });
  const random = createRandom(3).stream('answers');
  const fine = truth.map((k) => (random.uniform() < 0.6 ? k : random.integer(4)));
  const task = { ...plain, answers: { rows: Int32Array.from(truth.keys()), fine } };
  const [mild, strong] = [
    { covariance: 0.1, means: 1 },
    { covariance: 0.6, means: 4 },
  ];
  const options = { ...emDefaults, shrinkages: [strong, mild], leadingRounds: 2, iterations: 1 };
  const space = await spaceOf(task.features, task.engine);
  const found = await runEm(task, space, options);

  const least = { covariance: 0.1, means: 4 };
  const run = await EmRun.begin(task, space, options);
  const { statistics } = run['taught'].at(-1)!;
  const teach = async (): Promise<void> => {
    const judges = await run.judges(least);
    await run.teach(judges, run.weigh(await run.heldOut(judges)));
  };
  for (let round = 0; round < 2; round++) await teach();
  const { answers } = run['taught'].at(-1)!;
  assert.notDeepEqual(run['taught'].at(-1)!.statistics, statistics);
  run.startOver();
  assert.deepEqual(run['taught'].at(-1), { statistics, answers });
  await teach();
  const judges = await run.judges(least);
  assert.deepEqual(found.posterior, await run.posterior(judges.at(-1)!, run.weigh(await run.heldOut(judges))));
  assert.deepEqual(found.shrinkage, least);
});

test('without answers there are no leading rounds: the shrinkage is chosen by the labels before the first round', async () => {
  const { task } = gaussianTask(await createEngine(), { labelled: 12 });
  const space = await spaceOf(task.features, task.engine);
  const chosen = await (await EmRun.begin(task, space, emDefaults)).chooseShrinkage();
  const least = Math.min(...emDefaults.shrinkages.map(({ covariance }) => covariance));
  assert.notEqual(chosen.covariance, least);
  assert.deepEqual((await runEm(task, space, { ...emDefaults, iterations: 1 })).shrinkage, chosen);
});

test('no leading rounds, by the option: as if there were no answers to lead', async () => {
  const { task: plain, truth } = gaussianTask(await createEngine(), { labelled: 12 });
  const task = { ...plain, answers: { rows: Int32Array.from(truth.keys()), fine: Int32Array.from(truth) } };
  const space = await spaceOf(task.features, task.engine);
  const options = { ...emDefaults, leadingRounds: 0, iterations: 1 };
  const chosen = await (await EmRun.begin(task, space, options)).chooseShrinkage();
  assert.deepEqual((await runEm(task, space, options)).shrinkage, chosen);
});
