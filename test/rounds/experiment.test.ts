import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dataset } from '../../lib/data/dataset';
import { mostlyRight, synthetic } from '../../inputs/datasets/synthetic';
import type { LearningTask } from '../../lib/model/learner';
import { mixture } from '../../lib/model/mixture';
import { experiment } from '../../lib/rounds/experiment';
import type { RoundRecord } from '../../lib/rounds/record';
import type { ExperimentSetup } from '../../lib/rounds/setup';
import { createStrategy, strategies } from '../../lib/strategies/registry';
import type { Level, Strategy } from '../../lib/strategies/strategy';

/** Six Gaussian classes in three groups (k and k + 3 in one); an annotator who is right four times in five. */
const toyDataset = (): Dataset =>
  synthetic({ fine: 6, coarse: 3, pool: 240, test: 120, features: 8, transition: mostlyRight(3, 0.8) });

const base = {
  seed: 0,
  rounds: 3,
  budget: 12,
  question: 'coarse', // the data have no fine answers
  prices: { weak: 0.1 },
  training: { hidden: 32, steps: 60, batchSize: 32, evaluations: 3, inputNoise: 0.3 },
  improvement: { trials: 1, fractions: 3 },
} satisfies Partial<ExperimentSetup>;

async function run(strategy: ExperimentSetup['strategy'], more: Partial<ExperimentSetup> = {}): Promise<RoundRecord[]> {
  const records: RoundRecord[] = [];
  for await (const record of experiment({ data: toyDataset(), strategy, ...base, ...more })) records.push(record);
  return records;
}

const withoutTiming = (records: RoundRecord[]): string =>
  JSON.stringify(records.map(({ timing, ...record }) => (assert.ok(timing.trainMs >= 0), record)));

const targets = new Map<string, Promise<RoundRecord[]>>();

/** The setup of a control, with the purchases of its target's run; that run is made once. */
async function toMatch(name: string, more: Partial<ExperimentSetup> = {}): Promise<Partial<ExperimentSetup>> {
  const { matches } = createStrategy(name);
  if (matches === undefined) return more;
  const key = JSON.stringify([matches, more]);
  const records = targets.get(key) ?? run(matches, more);
  targets.set(key, records);
  return {
    ...more,
    matched: (await records).map(({ boughtFull, boughtWeak }) => ({ full: boughtFull, weak: boughtWeak })),
  };
}

for (const { name, buys } of strategies)
  test(`${name}: three rounds on real networks stay within budget, add up, and are the same twice`, async () => {
    const setup = await toMatch(name);
    const records = await run(name, setup);
    assert.equal(withoutTiming(records), withoutTiming(await run(name, setup)));
    const { weakLabels } = createStrategy(name);
    const weakPrice = weakLabels === 'human' ? 0.5 : 0.1;
    records.forEach((record, round) => {
      assert.equal(record.round, round);
      assert.equal(record.budget, 12 * (round + 1));
      assert.ok(record.spent <= record.budget);
      const worthless = record.improvement?.full === 0 || record.improvement?.weak === 0; // not bought, even if money is left
      assert.ok(worthless || record.spent > record.budget - 1 - weakPrice, `${record.spent} of ${record.budget} spent`);
      assert.ok(Math.abs(record.spent - record.full - record.weak * weakPrice) < 1e-9);
      const { fineAccuracy, trustedOnlyFineAccuracy } = record;
      assert.equal(
        trustedOnlyFineAccuracy === undefined,
        name === 'weak-annotator-plus',
        'a control of the coarse head',
      );
      assert.ok(Math.min(fineAccuracy, trustedOnlyFineAccuracy ?? 1) > 0.25, 'better than chance, 1 / 6');
      assert.equal(record.weak > 0, buys.includes('weak'));
      assert.equal(record.transition !== undefined, weakLabels === 'annotator');
      if (setup.matched) assert.deepEqual({ full: record.boughtFull, weak: record.boughtWeak }, setup.matched[round]);
    });
  });

test('the oracle counts the answers to the question that is asked', async () => {
  const data = toyDataset();
  const { fine } = data.pool;
  const answers = { ...data.answers!, coarse: new Int32Array(fine.length), fine };
  const { training, ...others } = base;
  assert.ok(training, 'of a network only');
  const oracle = async (question: 'coarse' | 'fine' | 'both', given = answers as NonNullable<Dataset['answers']>) => {
    const more = {
      strategy: 'weak-first(first=weak)',
      noise: { model: 'oracle' },
      learner: 'mixture',
      stopAtChance: false,
    } as const;
    const rounds = experiment({
      ...others,
      ...more,
      data: { ...data, answers: given },
      rounds: 1,
      budget: 24,
      question,
    });
    return (await rounds.next()).value as RoundRecord;
  };
  const identity = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  assert.deepEqual((await oracle('fine')).transition, identity);
  const coarse = await oracle('coarse');
  const alwaysFirst = identity.map(() => [1, 0, 0]);
  assert.deepEqual([coarse.transition, (await oracle('both')).transition], [alwaysFirst, alwaysFirst]);
  const { fine: unseen, ...groupsOnly } = answers;
  assert.ok(unseen);
  assert.equal(withoutTiming([coarse]), withoutTiming([await oracle('coarse', groupsOnly)]));
});

test('the oracle knows the rows that can be bought where some are set aside, and asks nobody where nobody is asked', async () => {
  const { training, ...others } = base;
  assert.ok(training, 'of a network only');
  const more = { ...others, rounds: 1, budget: 24, noise: { model: 'oracle' }, stopAtChance: false } as const;
  const first = async (setup: Partial<ExperimentSetup>): Promise<RoundRecord> => {
    const data = setup.data ?? toyDataset();
    return (await experiment({ ...more, strategy: 'margin', ...setup, data }).next()).value as RoundRecord;
  };
  const tasks: LearningTask[] = [];
  const learner = { name: 'looking', fit: (task: LearningTask) => (tasks.push(task), mixture().fit(task)) };
  assert.ok((await first({ strategy: 'weak-first(first=weak)', learner, validation: 5 })).weak > 0);
  const { everything, answers, full, features } = tasks.find((task) => task.answers)!;
  assert.deepEqual(
    everything!.rows,
    Int32Array.from({ length: features.rows }, (_, row) => row),
  );
  answers!.rows.forEach((row, at) => assert.equal(everything!.coarse![row], answers!.coarse![at]));
  full.rows.forEach((row, at) => assert.equal(everything!.labels[row], full.labels[at]));
  const { answers: own, ...unanswered } = toyDataset();
  assert.ok(own);
  assert.equal((await first({ data: unanswered, learner: 'lda' })).weak, 0);
});

const validation = Int32Array.from({ length: 30 }, (_, i) => i);

/** A strategy that notes what was bought, in rows of the data set: the pool begins after the validation images. */
function spying(name: string) {
  const inner = createStrategy(name);
  const bought = { full: new Set(validation), weak: new Set<number>() };
  const note = (row: number, level: Level): unknown => bought[level].add(row + validation.length);
  const query: Strategy['query'] = async (context) => {
    const { pool } = context;
    pool.full().forEach((row) => note(row, 'full'));
    for (let row = 0; row < pool.size; row++) if (pool.hasWeak(row)) note(row, 'weak');
    const result = await inner.query(context);
    result.purchases.forEach(({ row, level }) => note(row, level));
    return result;
  };
  return { strategy: { ...inner, query }, bought };
}

for (const { name } of strategies)
  test(`${name}: labels that were not bought reach nothing: changing them all changes no record`, async () => {
    const data = toyDataset();
    const { strategy, bought } = spying(name);
    const setup = await toMatch(name, { validation });
    const before = await run(strategy, { data, ...setup });
    const asked = new Set([...bought.full, ...bought.weak]); // the annotator is asked for the trusted images as well
    const swapped: Dataset = {
      ...data,
      pool: { ...data.pool, fine: data.pool.fine.map((k, row) => (bought.full.has(row) ? k : (k + 1) % 6)) },
      answers: { ...data.answers!, coarse: data.answers!.coarse.map((c, row) => (asked.has(row) ? c : (c + 1) % 3)) },
    };
    // ISOAL's weak labels are the true groups, which swapping fine classes changes: leave those that it bought
    for (const row of name === 'isoal' ? bought.weak : [])
      if (!bought.full.has(row)) swapped.pool.fine[row] = (data.pool.fine[row]! + 3) % 6; // the other class of the same group
    const changed = swapped.pool.fine.filter((k, row) => k !== data.pool.fine[row]).length;
    assert.ok(changed > 100, `only ${changed} labels were changed`);
    assert.equal(withoutTiming(await run(name, { ...setup, data: swapped })), withoutTiming(before));
  });

test('what cannot be is refused before anything is trained, with the value and what to do', async () => {
  const refused = (setup: Partial<ExperimentSetup> & { strategy?: string }, message: RegExp): Promise<void> =>
    assert.rejects(run(setup.strategy ?? 'random', setup), message);
  await refused(
    { strategy: 'matched-random' },
    /run "weak-annotator" with the same seed and setup first, .* as `matched`/,
  );
  const matched = [{ full: 3, weak: 2 }];
  await refused({ strategy: 'matched-margin', matched }, /given for 1 of 3 rounds; run "weak-annotator" for as many/);
  const halves = [0, 1, 2].map(() => ({ full: 3, weak: 2.5 }));
  await refused({ strategy: 'matched-margin', matched: halves }, /Unexpected number of labels in matched: 2.5/);
  await refused({ strategy: 'magic' }, /Unknown strategy: "magic"; expected one of random, /);
  await refused({ budget: 0.5 }, /Unexpected budget: 0.5 a round does not buy one full label/);
  await refused({ rounds: 100 }, /100 rounds of 12 buy more than the 240 pool images of "synthetic"/);
  await refused(
    { strategy: 'weak-annotator-plus(question=fine)', question: undefined },
    /"synthetic" has no recorded fine answers; set question: "coarse" \(--question coarse\), or buy some: npm run/,
  );
  for (const annotator of ['simulated(accuracy=0.5)', { accuracy: 0.5 }])
    await refused(
      { strategy: 'weak-annotator-plus', question: undefined, annotator },
      /simulated annotator names groups only.*; give it names=classes, .* or set question: "coarse" \(--question coarse\)/,
    );
  await refused({ rounds: 0 }, /Unexpected rounds: 0/);
  await refused(
    { validation: 1000 },
    /Class ".*" of "synthetic" has \d+ pool images, but 1000 of each class are set aside for validation; add images, or lower/,
  );
  const spoiled = toyDataset();
  spoiled.pool.features!.data[3 * 8 + 2] = NaN;
  await refused({ data: spoiled }, /NaN.*row 3.*column 2|row 3, column 2.*NaN/);
  const short = toyDataset();
  const features = { pool: short.test.features!, test: short.test.features! };
  await refused({ data: short, features }, /120 rows of features for the 240 pool images of "synthetic"/);
  const { answers, ...unanswered } = toyDataset();
  assert.ok(answers);
  await refused(
    { data: unanswered, strategy: 'weak-annotator' },
    /"synthetic" has none recorded; buy some: npm run annotate -- --dataset synthetic .*; then --dataset synthetic@/,
  );
});
