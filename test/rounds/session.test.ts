import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { defineAnnotator, type AnnotatorTask } from '../../inputs/annotators/choices';
import type { Dataset } from '../../lib/data/dataset';
import { mostlyRight, synthetic } from '../../inputs/datasets/synthetic';
import { defineLearner } from '../../lib/model/learner';
import { learnerChoices } from '../../lib/rounds/learners';
import { defineNoiseModel } from '../../lib/noise/noise-model';
import type { AnswerSet } from '../../lib/noise/said';
import { experiment } from '../../lib/rounds/experiment';
import { openSession, type SessionSetup } from '../../lib/rounds/open-session';
import type { Asked } from '../../lib/rounds/open-query';
import type { GivenLabel } from '../../lib/rounds/session';
import { buyMostUseful } from '../../lib/strategies/buy-largest';
import { defineStrategy } from '../../lib/strategies/define';
import { uncertainties } from '../../lib/strategies/uncertainty';
import { scratchFolder } from '../scratch';

/** Six Gaussian classes in three groups; an annotator who is right four times in five. */
const toy = (right = 0.8): Dataset =>
  synthetic({ fine: 6, coarse: 3, pool: 240, test: 60, features: 8, transition: mostlyRight(3, right) });

const setup = {
  strategy: 'weak-annotator',
  budget: 12,
  prices: { weak: 0.1 },
  training: { hidden: 16, steps: 40, batchSize: 32, inputNoise: 0.3 },
  improvement: { trials: 1, fractions: 3 },
} satisfies Partial<SessionSetup>;

const folder = (): string => scratchFolder('session');

/** What a human who knows the data set's labels says. */
const human =
  ({ pool, hierarchy }: Dataset) =>
  ({ image, level }: Asked['open'][number]): GivenLabel => ({
    image,
    label:
      hierarchy[level === 'full' ? 'fine' : 'coarse'][
        level === 'full' ? pool.fine[image]! : hierarchy.groupOf[pool.fine[image]!]!
      ]!,
  });

const untimed = (records: readonly object[]): string =>
  JSON.stringify(records, (name, value: unknown) => (name === 'timing' ? undefined : value));

async function run(data: Dataset, given: Partial<SessionSetup> = {}, rounds = 3) {
  const session = await openSession({ dataset: data, ...setup, ...given });
  while (session.round < rounds) await session.tell((await session.ask()).open.map(human(data)));
  session.close();
  return session;
}

describe('a session that is told the labels of the data set', () => {
  for (const strategy of ['weak-annotator', 'isoal', 'margin'])
    test(`${strategy}: has the records of the experiment, whatever the order and the parts it is told them in`, async () => {
      const data = toy();
      const records = [];
      for await (const record of experiment({ data, ...setup, strategy, seed: 0, rounds: 3 })) records.push(record);
      const session = await openSession({ dataset: data, ...setup, strategy });
      for (let round = 0; round < 3; round++) {
        const { open } = await session.ask();
        const labels = open.map(human(data)).reverse();
        const half = labels.length >> 1;
        assert.equal(await session.tell(labels.slice(0, half)), undefined, 'not over yet');
        assert.equal((await session.ask()).open.length, open.length - half, 'the same query, the rest of it');
        assert.equal((await session.tell(labels.slice(half)))!.round, round);
      }
      assert.equal(untimed(session.records), untimed(records));
      session.close();
    });
});

test('the money is exact: only what was answered is paid, what was skipped is not bought, the rest is carried over', async () => {
  const data = toy();
  const session = await openSession({ dataset: data, ...setup, strategy: 'random' });
  const { open } = await session.ask();
  assert.equal(open.length, 12);
  const [skipped, ...others] = open.map(human(data));
  await session.tell(others.slice(0, 5));
  assert.deepEqual(session.money, { spent: 5, left: 7 });
  await session.tell([{ image: skipped!.image, label: null }, ...others.slice(5)]);
  assert.deepEqual([session.round, session.money.spent], [1, 11]);
  const next = await session.ask();
  assert.equal(next.open.length, 13, 'the unit left over is spent now');
  assert.ok(!next.open.some(({ image }) => image === skipped!.image), 'what nobody can label is not asked again');
  session.close();
});

test('a label told again replaces the first and costs nothing; one that nobody asked for costs nothing', async () => {
  const data = toy();
  const session = await openSession({ dataset: data, ...setup, strategy: 'random' });
  const { open } = await session.ask();
  const asked = new Set(open.map(({ image }) => image));
  const unasked = [0, 1, 2, 3, 4].find((image) => !asked.has(image))!;
  await session.tell([human(data)(open[0]!)]);
  await session.tell([{ image: open[0]!.image, label: 0 }]);
  await session.tell([{ image: unasked, label: 1 }]);
  assert.deepEqual(session.money, { spent: 1, left: 11 });
  session.close();
});

test('a round ends early where that is wanted: what was not answered is not bought', async () => {
  const data = toy();
  const session = await openSession({ dataset: data, ...setup, strategy: 'random' });
  const { open } = await session.ask();
  await assert.rejects(session.update({ early: true }), /Nothing is labelled yet/);
  await session.tell(open.slice(0, 8).map(human(data)));
  const record = await session.update({ early: true });
  assert.deepEqual([record!.full, record!.spent], [8, 8]);
  assert.equal((await session.ask()).open.length, 16);
  session.close();
});

test('what is told wrongly is refused with what was expected, and nothing of it is taken', async () => {
  const data = toy();
  const session = await openSession({ dataset: data, ...setup, strategy: 'random' });
  const { open } = await session.ask();
  const good = human(data)(open[0]!);
  const refused = (label: GivenLabel, message: RegExp) => assert.rejects(session.tell([good, label]), message);
  await refused({ image: 240, label: 0 }, /Unexpected image: 240; expected 0 to 239/);
  await refused({ image: 'a.jpg', label: 0 }, /There is no image "a.jpg" in the pool of "synthetic"/);
  await refused({ image: open[1]!.image, label: 'eagle' }, /Unknown class: "eagle"; expected one of /);
  await refused({ image: open[1]!.image, label: 6 }, /Unknown class: 6/);
  await refused(good, /Image \d+ is told twice at once/);
  assert.equal(session.money.spent, 0);
  await assert.rejects(session.predict([0]), /There is no model yet: nothing is labelled/);
  session.close();
});

for (const strategy of ['weak-annotator', 'weak-annotator-plus(question=coarse)'])
  test(`${strategy}: cut off after any event, also in the middle of a line, a session goes on to the same bytes`, async () => {
    const data = toy();
    const whole = folder();
    const { records } = await run(data, { out: whole, strategy });
    const file = (out: string): string => path.join(out, 'session.jsonl');
    const lines = readFileSync(file(whole), 'utf8').split('\n').slice(0, -1);
    assert.ok(lines.length >= 13, 'opened, and asked, told, answered and round of three rounds');
    for (let kept = 1; kept < lines.length; kept += 5) {
      const out = folder();
      writeFileSync(
        file(out),
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join('') + lines[kept]!.slice(0, 20),
      );
      const { records: again } = await run(data, { out, strategy });
      assert.equal(untimed(again), untimed(records), `after ${kept} lines`);
      const strip = (text: string): string => text.replace(/"(selectMs|trainMs)":\d+/g, '');
      assert.equal(
        strip(readFileSync(file(out), 'utf8')),
        strip(readFileSync(file(whole), 'utf8')),
        `after ${kept} lines`,
      );
    }
  });

test('a strategy that buys in steps pays for the answers to trusted images, and learns from each step before the next', async () => {
  const data = toy();
  const session = await run(data, { strategy: 'weak-annotator-plus(question=coarse)' }, 1);
  const { full, weak, spent } = session.records[0]!;
  assert.ok(full >= 6 && weak >= 6, `${full} full and ${weak} weak labels`);
  assert.ok(Math.abs(spent - full - 0.1 * weak) < 1e-9, 'every answer is paid for');
  assert.ok(session.quality!.images >= 6, 'the first full labels are trusted images');
});

test('a folder holds one session: another setup is refused with what differs, a damaged line with its number', async () => {
  const out = folder();
  await run(toy(), { out }, 1);
  await assert.rejects(openSession({ dataset: toy(), ...setup, budget: 13, out }), /budget: 12 there, 13 here/);
  appendFileSync(path.join(out, 'session.jsonl'), 'no event\n');
  await assert.rejects(
    openSession({ dataset: toy(), ...setup, out }),
    /session.jsonl, line \d+ is no event of a session/,
  );
});

test('an annotator who cannot answer the question is refused before the first label is bought', async () => {
  const given = { dataset: toy(), strategy: 'weak-annotator-plus', budget: 12, out: folder() };
  await assert.rejects(openSession({ ...given, annotator: 'simulated(accuracy=0.5)' }), {
    name: 'InputError',
    message: /simulated annotator names groups only/,
  });
  for (const more of [{ annotator: 'simulated(accuracy=0.5,names=classes)' }, { question: 'coarse' as const }])
    (await openSession({ ...given, annotator: 'simulated', ...more, out: folder() })).close();
});

test('a price that cannot be is refused before the folder is a session, which the right price then begins there', async () => {
  const given = { dataset: toy(), ...setup, strategy: 'random', out: folder() };
  await assert.rejects(openSession({ ...given, prices: { weak: 1 / 3 } }), { name: 'InputError', message: /round it/ });
  (await openSession({ ...given, prices: { weak: 0.3 } })).close();
});

test('the annotator is asked for what was bought and for the images that a human labelled, once each', async () => {
  const data = toy();
  const seen: number[] = [];
  const annotator = defineAnnotator({
    name: 'noted',
    create: () => ({
      async answer({ images }: AnnotatorTask) {
        seen.push(...images);
        return { coarse: images.map((i) => data.answers!.coarse[i]!) };
      },
    }),
  });
  const { answers, ...unanswered } = data;
  assert.ok(answers);
  const session = await run(unanswered, { annotator }, 2);
  const { full, weak } = session.records.at(-1)!;
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length >= weak && seen.length <= full + weak && seen.length < 240);
  assert.equal(untimed(session.records), untimed((await run(data, {}, 2)).records), 'as with recorded answers');
});

test('answers that were not given are not paid for, and not learned from', async () => {
  const silent = defineAnnotator({
    name: 'silent',
    create: () => ({ answer: async ({ images }: AnnotatorTask) => ({ coarse: images.map(() => -2) }) }),
  });
  const session = await run(toy(), { annotator: silent }, 1);
  assert.deepEqual([session.records[0]!.weak, session.quality!.images], [0, 0]);
  assert.equal(session.money.spent, session.records[0]!.full);
  const few = defineAnnotator({ name: 'few', create: () => ({ answer: async () => ({ coarse: new Int32Array(1) }) }) });
  await assert.rejects(run(toy(), { annotator: few }, 1), /"few" gave 1 answers for \d+ images; expected one each/);
  const odd = { name: 'odd', answer: async ({ images }: { images: Int32Array }) => ({ coarse: images.map(() => 99) }) };
  await assert.rejects(
    run(toy(), { annotator: odd }, 1),
    /"odd" answered 99 to image \d+; expected a whole number, 0 to 2 \(".*" to ".*"\), -1 for none of them, or -2 for/,
  );
});

test('an answer that cannot be learned from is refused before it is kept, and the session goes on when the annotator is mended', async () => {
  const data = toy();
  const given = {
    strategy: 'weak-annotator-plus',
    budget: 12,
    prices: { weak: 0.1 },
    learner: 'mixture',
    out: folder(),
  } satisfies Partial<SessionSetup>;
  const right = ({ images }: AnnotatorTask) => ({
    coarse: images.map((i) => data.answers!.coarse[i]!),
    fine: images.map((i) => data.pool.fine[i]!),
  });
  let answer: (task: AnnotatorTask) => unknown = right;
  const annotator = { name: 'own', answer: async (task: AnnotatorTask) => answer(task) as ReturnType<typeof right> };
  const session = await openSession({ dataset: data, ...given, annotator });
  const kept = readFileSync(path.join(given.out, 'session.jsonl'), 'utf8');
  const broken: [(task: AnnotatorTask) => unknown, RegExp][] = [
    [() => undefined, /Annotator "own" answered undefined; expected \{ coarse: \[a group for each image\] \}/],
    [() => ({ fine: [0] }), /answered \{"fine":\[0\]\}; expected \{ coarse/],
    [(task) => ({ ...right(task), fine: [0] }), /"own" gave 1 answers for 3 images; expected one each/],
    ...[-3, NaN, 0.5, null, '1'].map((wrong): [(task: AnnotatorTask) => unknown, RegExp] => [
      (task) => ({ ...right(task), coarse: [wrong, ...right(task).coarse.slice(1)] }),
      new RegExp(`"own" answered ${wrong} to image 5; expected a whole number, 0 to 2`),
    ]),
    [(task) => ({ ...right(task), fine: task.images.map(() => -3) }), /answered -3 to image 5; .* 0 to 5/],
    [(task) => ({ ...right(task), outside: ['a cat'] }), /"own" gave 1 names outside the list for 3 images/],
    [
      (task) => ({ ...right(task), outside: Array.from(task.images, () => 7) }),
      /"own" named 7 outside the list for image 5; expected a text/,
    ],
  ];
  for (const [wrong, message] of broken) {
    answer = wrong;
    await assert.rejects(session.answersTo([5, 200, 17]), { name: 'InputError', message });
    assert.equal(readFileSync(path.join(given.out, 'session.jsonl'), 'utf8'), kept, 'nothing of it is kept');
  }
  answer = right;
  assert.deepEqual(
    (await session.answersTo([5, 200])).map(({ fine }) => fine),
    [data.pool.fine[5], data.pool.fine[200]],
  );
  while (!session.round) await session.tell((await session.ask()).open.map(human(data)));
  session.close();
  const again = await openSession({ dataset: data, ...given, annotator });
  assert.equal(untimed(again.records), untimed(session.records));
  again.close();
});

test('an annotator at chance is found out, said, and asked no more; stopAtChance: false goes on', async () => {
  const warnings: string[] = [];
  const chance = {
    annotator: { accuracy: 1 / 3, seed: 1 },
    budget: 30,
    warn: (text: string) => void warnings.push(text),
  };
  const { records } = await run(toy(), chance, 3);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /no better than chance \(right on \d+ % of \d+ trusted images .*kappa/);
  const at = records.findIndex(({ stoppedAtChance }) => stoppedAtChance);
  assert.ok(at >= 0 && records.slice(at).every(({ stoppedAtChance }) => stoppedAtChance));
  assert.ok(records.slice(at + 1).every(({ boughtWeak }) => boughtWeak === 0));
  const on = await run(toy(), { ...chance, stopAtChance: false }, 3);
  assert.ok(on.records.at(-1)!.weak > records.at(-1)!.weak);
  assert.equal(warnings.length, 1, 'nothing is said of what nobody wants to know');
});

test('a pool without labels and without test images is labelled by what it is told; known labels cost nothing', async () => {
  const data = toy();
  const none = {
    ...data.test,
    fine: new Int32Array(0),
    features: { ...data.test.features!, rows: 0, data: new Float32Array(0) },
  };
  const known = [3, 17, 40, 99, 120, 180, 200, 222];
  const fine = data.pool.fine.map((k, i) => (known.includes(i) ? k : -1));
  const bare: Dataset = { ...data, pool: { ...data.pool, fine }, test: none };
  const session = await openSession({ dataset: bare, ...setup, strategy: 'margin' });
  assert.equal((await session.predict([0, 1])).fine.rows, 2, 'a model of the known labels');
  const { open } = await session.ask();
  assert.ok(!open.some(({ image }) => known.includes(image)));
  const record = await session.tell(open.map(human(data)));
  assert.deepEqual([record!.full, record!.spent, 'fineAccuracy' in record!], [12, 12, false]);
  session.close();
});

test('a strategy, a learner and a noise model of your own take their places in a session', async () => {
  const data = toy();
  const leastSure = defineStrategy({
    name: 'least-sure',
    create: () => ({
      async query(context) {
        const { fine } = await context.predict(context.pool.notFull());
        return buyMostUseful(context, uncertainties.margin(fine));
      },
    }),
  });
  const drop = (text: string): string => text.replaceAll('least-sure', 'margin');
  const [own, margin] = [await run(data, { strategy: leastSure }), await run(data, { strategy: 'margin' })];
  assert.notEqual(untimed(own.records), '[]');
  assert.equal(own.records[0]!.fineAccuracy, margin.records[0]!.fineAccuracy);
  assert.match(drop(untimed(own.records)), /"strategy":"margin"/);

  const wrapped = defineLearner({
    name: 'wrapped',
    create: () => ({ fit: learnerChoices.get('network(hidden=16,steps=40)').fit }),
  });
  const { strategy, budget, prices } = setup;
  const session = await openSession({ dataset: data, strategy, budget, prices, learner: wrapped });
  await session.tell((await session.ask()).open.map(human(data)));
  assert.ok(session.records[0]!.fineAccuracy! > 1 / 6);
  session.close();

  const half = defineNoiseModel({
    name: 'half',
    create: () => ({ estimate: () => ({ transition: mostlyRight(3, 0.5) }) }),
  });
  const { records } = await run(data, { noise: half }, 1);
  assert.deepEqual(records[0]!.transition![0], [0.5, 0.25, 0.25]);
  await assert.rejects(run(data, { learner: wrapped }), /training is for learner "network"/);
});

test('the annotator is asked the question that is set, and nothing more reaches the learner', async () => {
  const data = toy();
  const fine = data.pool.fine.map((k, i) => (i % 3 ? k : (k + 1) % 6));
  const answered: Dataset = { ...data, answers: { ...data.answers!, fine } };
  const seen: (AnswerSet | undefined)[] = [];
  const inner = learnerChoices.get('network(hidden=16,steps=40)');
  const spy = defineLearner({
    name: 'spy',
    create: () => ({
      fit: (task) => {
        seen.push(task.answers);
        return inner.fit(task);
      },
    }),
  });
  const { strategy, budget, prices } = setup;
  for (const question of ['coarse', 'fine', 'both'] as const) {
    seen.length = 0;
    const session = await openSession({ dataset: answered, strategy, budget, prices, learner: spy, question });
    await session.tell((await session.ask()).open.map(human(answered)));
    assert.equal(seen[1], undefined, 'the control learns from no answer');
    const { rows, coarse, fine: named } = seen[0]!;
    assert.equal(named !== undefined, question !== 'coarse');
    const expected =
      question === 'fine' ? (i: number) => data.hierarchy.groupOf[fine[i]!] : (i: number) => data.answers!.coarse[i];
    rows.forEach((row, i) => assert.equal(coarse![i], expected(row)));
    session.close();
  }
});

test('a label is taken back by null and learned from no more; told again it costs nothing; a round may have less money', async () => {
  const data = toy();
  const session = await openSession({ dataset: data, ...setup, strategy: 'random' });
  const { open } = await session.ask({ budget: 5 });
  assert.equal(open.length, 5);
  const [first] = open.map(human(data));
  await session.tell(open.map(human(data)), { learn: false });
  await session.tell([{ image: first!.image, label: null }], { learn: false });
  assert.deepEqual([session.labelOf(first!.image), session.labelled, session.money.spent], [null, 4, 5]);
  await session.tell([first!], { learn: false });
  assert.deepEqual([session.labelOf(first!.image), session.labelled, session.money.spent], [first!.label, 5, 5]);
  session.close();
});

test('held-out predictions come from models that have not seen the label; two labels and two parts are the least', async () => {
  const data = toy();
  const session = await openSession({ dataset: data, strategy: 'random', budget: 40, learner: 'nearest-mean' });
  await assert.rejects(session.heldOut(5), /0 labels cannot be cross-validated; tell at least two/);
  await session.tell((await session.ask()).open.map(human(data)));
  const { images, labels, fine } = await session.heldOut(5);
  assert.deepEqual([images.length, labels.length, fine.rows, fine.columns], [40, 40, 40, 6]);
  images.forEach((image, i) => assert.equal(labels[i], data.pool.fine[image]));
  const one = labels.findIndex((k) => labels.filter((other) => other === k).length > 1);
  const wrong = (labels[one]! + 1) % 6;
  await session.tell([{ image: images[one]!, label: wrong }], { learn: false });
  const again = await session.heldOut(5);
  const row = (held: typeof again): number[] => [...held.fine.data.subarray(one * 6, one * 6 + 6)];
  assert.deepEqual(row(again), row({ images, labels, fine }), 'whatever the label itself is');
  for (const folds of [0, -1, 1, 2.5, NaN, Infinity])
    await assert.rejects(session.heldOut(folds), {
      name: 'InputError',
      message: `Unexpected folds: ${folds}; expected a whole number of parts, 2 or more`,
    });
  session.close();
});

test('a budget that cannot be is refused before anything is kept, and the session goes on', async () => {
  const data = toy();
  const out = folder();
  const session = await openSession({ dataset: data, ...setup, strategy: 'random', out });
  for (const budget of [0.4, 0, -50, NaN, Infinity])
    await assert.rejects(session.ask({ budget }), /Unexpected budget: .* 1 or more, since nothing is labelled yet/);
  await session.tell((await session.ask()).open.map(human(data)));
  for (const budget of [-50, NaN, Infinity])
    await assert.rejects(session.ask({ budget }), /Unexpected budget: .* expected 0 or more/);
  assert.equal((await session.ask({ budget: 3 })).open.length, 3);
  session.close();
  const again = await openSession({ dataset: data, ...setup, strategy: 'random', out });
  assert.equal((await again.ask()).open.length, 3);
  again.close();
});

test('answers that were asked for between rounds teach the next choice, whether or not the session was opened again', async () => {
  const data = toy();
  const { budget, prices } = setup;
  const plus = { strategy: 'weak-annotator-plus', learner: 'mixture', question: 'coarse' } as const;
  const given = { dataset: data, budget, prices, ...plus };
  const nextOf = async (opensAgain: boolean) => {
    const out = folder();
    let session = await openSession({ ...given, out });
    while (!session.round) await session.tell((await session.ask()).open.map(human(data)));
    await session.answersTo([...data.pool.fine.keys()]);
    if (opensAgain) {
      session.close();
      session = await openSession({ ...given, out });
    }
    const { purchases } = await session.ask();
    session.close();
    return purchases.map(({ image, level }) => `${image} ${level}`);
  };
  assert.deepEqual(await nextOf(false), await nextOf(true));
});

test('a learner without a coarse head has no control: it is fitted once a round', async () => {
  const data = toy();
  const inner = learnerChoices.get('lda');
  let fits = 0;
  const counted = (onlyFine: boolean) =>
    defineLearner({ name: 'counted', create: () => ({ onlyFine, fit: (task) => (fits++, inner.fit(task)) }) });
  const fitsOf = async (onlyFine: boolean): Promise<number> => {
    fits = 0;
    const { strategy, budget, prices } = setup;
    const session = await openSession({ dataset: data, strategy, budget, prices, learner: counted(onlyFine) });
    await session.tell((await session.ask()).open.map(human(data)));
    const [record] = session.records;
    session.close();
    assert.equal('trustedOnlyFineAccuracy' in record!, !onlyFine);
    return fits;
  };
  assert.equal(await fitsOf(true), 1);
  assert.equal(await fitsOf(false), 2);
});
