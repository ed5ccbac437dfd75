import assert from 'node:assert/strict';
import { test } from 'node:test';
import { synthetic } from '../../inputs/datasets/synthetic';
import { createEngine } from '../../lib/engine';
import { row, type Matrix } from '../../lib/engine/matrix';
import { dropoutMembers, ensembleMembers } from '../../lib/model/members';
import { networkFactory } from '../../lib/model/network-factory';
import type { TrainedModel } from '../../lib/model/trained-model';
import { train } from '../../lib/model/trainer';
import { trainingOptions } from '../../lib/model/training-options';
import { noLabels } from '../../lib/model/training-set';
import { createRandom, type Random } from '../../lib/random';

const data = synthetic({ fine: 4, coarse: 2, pool: 80, test: 40, features: 6 });
const features = data.pool.features!;
const rows = Int32Array.from({ length: 40 }, (_, i) => i);

async function trained(random: Random, trainer: 'fast' | 'tfjs' = 'fast'): Promise<TrainedModel> {
  const engine = await createEngine();
  const set = {
    hierarchy: data.hierarchy,
    features,
    full: { rows, labels: rows.map((i) => data.pool.fine[i]!) },
    weak: noLabels,
    validation: { features: data.test.features!, fine: data.test.fine },
  };
  const options = trainingOptions({ hidden: 16, steps: 30, batchSize: 16, evaluations: 2, coarseHead: 'none' });
  return train(set, options, random, { engine, createNetwork: networkFactory(trainer, engine) });
}

const sumsToOne = (p: Matrix): void => {
  for (let i = 0; i < p.rows; i++) assert.ok(Math.abs(row(p, i).reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
};

test('dropout members differ, are the same again, and do not depend on which rows are asked along', async () => {
  const engine = await createEngine();
  const model = await trained(createRandom(0));
  const ask = (asked: Matrix) => dropoutMembers(model, asked, { count: 3, rate: 0.5 }, createRandom(1), engine);
  const members = await ask(features);
  assert.equal(members.length, 3);
  members.forEach(sumsToOne);
  assert.notDeepEqual(members[0]!.data, members[1]!.data);
  assert.deepEqual(await ask(features), members);
  const some = { rows: 5, columns: 6, data: features.data.subarray(0, 30) };
  (await ask(some)).forEach((member, i) =>
    member.data.forEach((value, at) => assert.ok(Math.abs(value - members[i]!.data[at]!) < 1e-5)),
  );
});

test('a member is the network with its hidden units masked and scaled up: on average, the logits are those of the network', async () => {
  const engine = await createEngine();
  const model = await trained(createRandom(0));
  const { fine } = await model.predict(features);
  const count = 400;
  const members = await dropoutMembers(model, features, { count, rate: 0.3 }, createRandom(2), engine);
  const logit = (p: Matrix): number => Math.log(p.data[0]! / p.data[1]!);
  const values = members.map(logit);
  const mean = values.reduce((sum, value) => sum + value / count, 0);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / (count - 1), 0) / count);
  assert.ok(Math.abs(mean - logit(fine)) < 4 * deviation, `${mean} +- ${deviation}, the network ${logit(fine)}`);
  assert.ok(Math.abs(logit(fine)) > 12 * deviation, 'the test can tell a wrong scale');
});

test('no dropout, no members', async () => {
  const model = await trained(createRandom(0));
  const asked = dropoutMembers(model, features, { count: 3, rate: 0 }, createRandom(1), await createEngine());
  await assert.rejects(asked, { name: 'InputError', message: /set training.dropout above 0, or take an ensemble/ });
});

test('ensemble members are trained from streams of their own', async () => {
  const members = await ensembleMembers((random) => trained(random), features, 2, createRandom(3));
  assert.equal(members.length, 2);
  members.forEach(sumsToOne);
  assert.notDeepEqual(members[0]!.data, members[1]!.data);
  assert.deepEqual(await ensembleMembers((random) => trained(random), features, 2, createRandom(3)), members);
});

test("the fine head is the network's, whichever trainer made it", async () => {
  const engine = await createEngine();
  for (const trainer of ['fast', 'tfjs'] as const) {
    const model = await trained(createRandom(0), trainer);
    const { hidden, fine } = await model.predict(features);
    const { weights, bias } = model.fineHead;
    const logits = await engine.product(hidden, weights, { bias });
    const difference = row(logits, 0)[0]! - row(logits, 0)[1]!;
    assert.ok(Math.abs(difference - Math.log(fine.data[0]! / fine.data[1]!)) < 1e-3);
    model.dispose();
  }
});
