import assert from 'node:assert/strict';
import path from 'node:path';
import { annotatorChoices, type Annotator } from '../../inputs/annotators/choices';
import type { Choices, Named } from '../../lib/choices/choices';
import type { Dataset, Split } from '../../lib/data/dataset';
import { createHierarchy } from '../../lib/data/hierarchy';
import type { Extractor } from '../../inputs/features/extractors/extractor';
import { extractorChoices } from '../../inputs/features/extractors/own';
import { mostlyRight, synthetic } from '../../inputs/datasets/synthetic';
import { createEngine } from '../../lib/engine';
import { argmaxRows, row, takeRows, type Matrix } from '../../lib/engine/matrix';
import type { Learner, LearningTask } from '../../lib/model/learner';
import { learnerChoices } from '../../lib/rounds/learners';
import { accuracy } from '../../lib/model/trainer';
import { noiseChoices, type NoiseModel } from '../../lib/noise/noise-model';
import { createRandom } from '../../lib/random';
import { strategyChoices } from '../../lib/strategies/registry';
import type { Strategy } from '../../lib/strategies/strategy';
import { fakeContext } from '../strategies/fake-context';
import { buyRound } from '../strategies/proper';
import { scratchFolder } from '../scratch';

/** One sentence of a contract, and what checks it: it throws if the sentence does not hold. */
export type Clause = readonly [sentence: string, check: () => Promise<void>];

/** What every strategy must hold to, ours or not; ours are held to more (test/strategies/contract.test.ts). */
function strategyClauses(strategy: Strategy): Clause[] {
  const { buys } = strategy;
  const query = async (given: Parameters<typeof fakeContext>[0], seed = 0) => {
    const fake = fakeContext(given);
    const context = { ...fake.context, random: fake.context.random.stream(seed) };
    return { fake, query: await buyRound(strategy, { ...fake, context }) };
  };
  const weak = buys.includes('weak') ? [5, 9] : [];
  return [
    [
      'says what it buys, and who gives its weak labels if it buys any',
      async () => {
        assert.ok(buys.length && buys.every((level) => level === 'full' || level === 'weak'), `buys: ${String(buys)}`);
        assert.equal(strategy.weakLabels !== undefined, buys.includes('weak'), 'weakLabels: annotator or human');
      },
    ],
    [
      'buys within the purse, no image twice, and none that has a full label, whatever the pool',
      async () => {
        for (let seed = 0; seed < 20; seed++)
          for (const size of [1, 7, 40]) {
            const full = [0, 3, 11].filter((at) => at < size - 1 && seed % 2);
            const labelled = weak.filter((at) => at < size && !full.includes(at));
            await query({ size, seed, budget: 1 + (seed % 9), full, weak: labelled });
          }
      },
    ],
    [
      'gives the same query twice, and changes nothing of what it is shown',
      async () => {
        const given = { size: 30, seed: 3, full: [1, 2], weak };
        const [a, b] = [await query(given), await query(given)];
        assert.deepEqual(a.query.purchases, b.query.purchases);
        assert.deepEqual(a.fake.prediction, b.fake.prediction);
      },
    ],
    [
      'has no purchases where nothing can be bought',
      async () => {
        const { query: found } = await query({ size: 4, full: [0, 1, 2, 3] });
        assert.deepEqual(found.purchases, []);
      },
    ],
  ];
}

/** Six Gaussian classes in three groups, well apart. */
const toy = (): Dataset =>
  synthetic({ fine: 6, coarse: 3, pool: 300, test: 120, features: 8, transition: mostlyRight(3, 0.9) });

async function task(data: Dataset, change: Partial<LearningTask> = {}): Promise<LearningTask> {
  const rows = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    hierarchy: data.hierarchy,
    features: data.pool.features!,
    full: { rows: rows(0, 60), labels: data.pool.fine.slice(0, 60) },
    weak: { rows: rows(60, 120), labels: data.answers!.coarse.slice(60, 120) },
    answers: { rows: rows(0, 120), coarse: data.answers!.coarse.slice(0, 120) },
    transition: mostlyRight(3, 0.9),
    coarseHead: 'weak',
    engine: await createEngine(),
    random: createRandom(0),
    ...change,
  };
}

const fitted = async (learner: Learner, given: LearningTask, inputs: Matrix) => {
  const model = await learner.fit(given);
  const prediction = await model.predict(inputs);
  const members = model.members && (await model.members(inputs, 3, createRandom(1)));
  model.dispose();
  return { prediction, members };
};

function assertProbabilities(p: Matrix, rows: number, columns: number): void {
  assert.deepEqual([p.rows, p.columns], [rows, columns]);
  for (let i = 0; i < rows; i++) {
    const values = row(p, i);
    assert.ok(values.every((x) => x >= 0 && Number.isFinite(x)));
    assert.ok(Math.abs(values.reduce((sum, x) => sum + x, 0) - 1) < 1e-4, `row ${i} does not sum to 1`);
  }
}

function learnerClauses(learner: Learner): Clause[] {
  return [
    [
      'predicts probabilities of classes and groups, and a hidden layer, one row for each input',
      async () => {
        const data = toy();
        const { prediction, members } = await fitted(learner, await task(data), data.test.features!);
        assertProbabilities(prediction.fine, 120, 6);
        assertProbabilities(prediction.coarse, 120, 3);
        assert.equal(prediction.hidden.rows, 120);
        assert.ok(prediction.hidden.data.every(Number.isFinite));
        members?.forEach((member) => assertProbabilities(member, 120, 6));
      },
    ],
    [
      'learns: on classes that are apart it is far better than chance, with and without a coarse head',
      async () => {
        const data = toy();
        for (const coarseHead of ['weak', 'trusted', 'none'] as const) {
          const { prediction } = await fitted(learner, await task(data, { coarseHead }), data.test.features!);
          assert.ok(accuracy(prediction.fine, data.test.fine) > 0.4, `${accuracy(prediction.fine, data.test.fine)}`);
        }
      },
    ],
    [
      'gives the same model for the same task and random numbers, and changes nothing of the task',
      async () => {
        const data = toy();
        const given = await task(data);
        const before = given.features.data.slice();
        const [a, b] = [
          await fitted(learner, given, data.test.features!),
          await fitted(learner, given, data.test.features!),
        ];
        assert.deepEqual(a.prediction.fine.data, b.prediction.fine.data);
        assert.deepEqual(given.features.data, before);
      },
    ],
    [
      'predicts each row by itself: others that are asked along change nothing',
      async () => {
        const data = toy();
        const model = await learner.fit(await task(data));
        const inputs = data.test.features!;
        const some = Int32Array.of(7, 3, 99);
        const [all, few] = [await model.predict(inputs), await model.predict(takeRows(inputs, some))];
        few.fine.data.forEach((p, at) => {
          const expected = all.fine.data[some[Math.floor(at / 6)]! * 6 + (at % 6)]!;
          assert.ok(Math.abs(p - expected) < 1e-4, `${p}, not ${expected}`);
        });
        model.dispose();
      },
    ],
    [
      'where it cross-validates by itself: a row for each label, in their order, of a class that its own label does not change',
      async () => {
        if (!learner.heldOut) return;
        const data = toy();
        const given = await task(data);
        const { rows, labels } = given.full;
        const order = Array.from(rows.keys()).reverse();
        const turned = { rows: rows.map((_, i) => rows[order[i]!]!), labels: labels.map((_, i) => labels[order[i]!]!) };
        for (const folds of [2, 5]) {
          const before: Matrix = await learner.heldOut(given, folds);
          assertProbabilities(before, 60, 6);
          assert.ok(accuracy(before, labels) > 0.4, `${accuracy(before, labels)}`);
          assert.deepEqual(await learner.heldOut({ ...given, full: turned }, folds), takeRows(before, order));
          for (const one of [7, 31, 59]) {
            const wrong = labels.map((k, i) => (i === one ? (k + 1) % 6 : k));
            const after = await learner.heldOut({ ...given, full: { rows, labels: wrong } }, folds);
            assert.equal(argmaxRows(after)[one], argmaxRows(before)[one], `image ${one}, ${folds} folds`);
          }
        }
      },
    ],
    [
      'learns from one label of one class, and refuses to learn from none with words',
      async () => {
        const data = toy();
        const one = { rows: Int32Array.of(0), labels: data.pool.fine.slice(0, 1) };
        const none = { rows: new Int32Array(0), labels: new Int32Array(0) };
        const { prediction } = await fitted(learner, await task(data, { full: one, weak: none }), data.test.features!);
        assertProbabilities(prediction.fine, 120, 6);
        await assert.rejects(learner.fit(await task(data, { full: none })), { name: 'InputError', message: /label/ });
      },
    ],
  ];
}

function noiseClauses(model: NoiseModel): Clause[] {
  const data = toy();
  const { hierarchy } = data;
  const classes = data.pool.fine.slice(0, 100);
  const estimate = (answers: Int32Array, outside = false) =>
    model.estimate({ hierarchy, trusted: { classes, answers }, everything: () => ({ classes, answers }), outside });
  const rowsSumToOne = (T: Matrix | undefined, rows: number, columns: readonly number[]): void => {
    if (!T) return;
    assert.equal(T.rows, rows);
    assert.ok(columns.includes(T.columns), `${T.columns} columns; expected ${columns.join(' or ')}`);
    assertProbabilities(T, rows, T.columns);
  };
  return [
    [
      'gives a row-stochastic T over the groups, with a column for answers outside the list where there were some',
      async () => {
        const answers = data.answers!.coarse.slice(0, 100);
        rowsSumToOne(estimate(answers)?.transition, 3, [3, 4]);
        rowsSumToOne(estimate(answers)?.classTransition, 6, [3, 4]);
        const outside = answers.map((answer, i) => (i % 5 ? answer : -1));
        rowsSumToOne(estimate(outside, true)?.transition, 3, [4]);
      },
    ],
    [
      'is there without any trusted image, and is the same for the same evidence',
      async () => {
        const none = { classes: new Int32Array(0), answers: new Int32Array(0) };
        rowsSumToOne(
          model.estimate({ hierarchy, trusted: none, everything: () => none, outside: false })?.transition,
          3,
          [3, 4],
        );
        const answers = data.answers!.coarse.slice(0, 100);
        assert.deepEqual(estimate(answers), estimate(answers));
      },
    ],
  ];
}

function annotatorClauses(annotator: Annotator): Clause[] {
  const data = toy();
  return [
    [
      'gives one answer for each image asked about: a group, or a code below 0',
      async () => {
        const { coarse, fine } = await annotator.answer({
          data,
          images: Int32Array.of(5, 200, 17),
          question: 'coarse',
        });
        assert.equal(coarse.length, 3);
        assert.ok(coarse.every((answer) => Number.isInteger(answer) && answer >= -2 && answer < 3));
        if (fine) assert.ok(fine.length === 3 && fine.every((answer) => answer >= -2 && answer < 6));
      },
    ],
    [
      'says the same of an image whenever, and beside whichever others, it is asked',
      async () => {
        const ask = async (...images: number[]) =>
          (await annotator.answer({ data, images: Int32Array.from(images), question: 'coarse' })).coarse;
        const [a, b] = [await ask(5, 200, 17), await ask(17, 5)];
        assert.deepEqual([...b], [a[2], a[0]]);
        assert.equal((await ask()).length, 0);
      },
    ],
  ];
}

/** Forty gray images of noise, 30 of them the pool. */
function pictures(): Dataset {
  const random = createRandom(5);
  const images = (count: number): Split => ({
    fine: Int32Array.from({ length: count }, (_, i) => i % 2),
    images: {
      count,
      height: 24,
      width: 24,
      channels: 1,
      pixels: Uint8Array.from({ length: count * 24 * 24 }, () => Math.floor(256 * random.uniform())),
    },
  });
  const hierarchy = createHierarchy([
    ['a', 'all'],
    ['b', 'all'],
  ]);
  return { name: 'noise', title: 'Noise', hierarchy, pool: images(30), test: images(10) };
}

function extractorClauses(extractor: Extractor): Clause[] {
  const folder = scratchFolder('features');
  return [
    [
      'gives one row of finite numbers for each image of pool and test, all of one length',
      async () => {
        const { pool, test } = await extractor.extract(pictures(), path.join(folder, 'a'));
        assert.deepEqual([pool.rows, test.rows, test.columns], [30, 10, pool.columns]);
        assert.ok(pool.columns > 0 && [...pool.data, ...test.data].every(Number.isFinite));
      },
    ],
    [
      'gives the same numbers for the same images, and changes nothing of them',
      async () => {
        const data = pictures();
        const [a, b] = [await extractor.extract(data, path.join(folder, 'b')), await extractor.extract(data, folder)];
        assert.deepEqual([a.pool, a.test], [b.pool, b.test]);
        assert.deepEqual(data, pictures());
      },
    ],
  ];
}

/** Each kind that can be chosen, and its contract. */
export const contracts = {
  strategy: { choices: strategyChoices, clauses: strategyClauses },
  learner: { choices: learnerChoices, clauses: learnerClauses },
  'noise model': { choices: noiseChoices, clauses: noiseClauses },
  annotator: { choices: annotatorChoices, clauses: annotatorClauses },
  extractor: { choices: extractorChoices, clauses: extractorClauses },
} as unknown as Readonly<Record<string, { choices: Choices<Named>; clauses: (value: Named) => Clause[] }>>;
