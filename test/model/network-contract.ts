import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { matrix } from '../../lib/engine/matrix';
import type { Batch, NetworkShape, Parameters } from '../../lib/model/network';
import type { NetworkFactory } from '../../lib/model/trainer';
import type { Correction } from '../../lib/noise/corrections';

type Arrays = Record<keyof Parameters, number[]>;
interface Case {
  tied: boolean;
  correction: Correction;
  perClass: boolean;
  loss: number;
  gradients: Arrays;
  after: Arrays;
}
interface Fixture {
  shape: NetworkShape;
  groupOf: number[];
  start: Arrays;
  batch: Record<keyof Batch, number[]>;
  transition: number[];
  classTransition: number[];
  cases: Case[];
}

/** Made by PyTorch in float64: see network.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/network.json'), 'utf8')) as Fixture;
const { shape } = fixture;
const names = Object.keys(fixture.start) as (keyof Parameters)[];

const transition = matrix(shape.coarse, shape.coarse + 1, Float32Array.from(fixture.transition));
const classTransition = matrix(shape.fine, shape.coarse + 1, Float32Array.from(fixture.classTransition));

const batch: Batch = {
  inputs: matrix(7, shape.features, Float32Array.from(fixture.batch.inputs)),
  mask: matrix(7, shape.hidden, Float32Array.from(fixture.batch.mask)),
  fineLabels: Int32Array.from(fixture.batch.fineLabels),
  fineWeights: Float32Array.from(fixture.batch.fineWeights),
  coarseLabels: Int32Array.from(fixture.batch.coarseLabels),
  coarseWeights: Float32Array.from(fixture.batch.coarseWeights),
  corrected: Uint8Array.from(fixture.batch.corrected),
};

const start = (tied: boolean): Parameters =>
  Object.fromEntries(
    names.map((name) => [name, Float32Array.from(tied && name.startsWith('coarse') ? [] : fixture.start[name])]),
  ) as unknown as Parameters;

/** What every implementation of Network must do. */
export function networkContract(title: string, create: NetworkFactory): void {
  for (const { tied, correction, perClass, ...expected } of fixture.cases) {
    const per = perClass ? ' by T per class' : '';
    const kind = `${title}, ${tied ? 'tied head' : 'separate heads'}, ${correction} correction${per}`;
    const make = async () => {
      const network = await create(tied ? { ...shape, tiedTo: Int32Array.from(fixture.groupOf) } : shape);
      network.setTransition(transition, { correction, ...(perClass && { classTransition }) });
      network.load(start(tied));
      return network;
    };

    test(`${kind}: loss and gradients equal PyTorch's`, async () => {
      const network = await make();
      const { loss, gradients } = await network.gradients(batch);
      assertClose([loss], [expected.loss], 1e-5, 'loss');
      for (const name of names) assertClose(gradients[name], expected.gradients[name] ?? [], 1e-5, name);
      network.dispose();
    });

    test(`${kind}: three Adam steps end where PyTorch's end, and return the loss before each`, async () => {
      const network = await make();
      const losses: number[] = [];
      for (let i = 0; i < 3; i++) losses.push(await network.step(batch, 0.05));
      assertClose([losses[0]!], [expected.loss], 1e-5, 'loss');
      assert.ok(losses[2]! < losses[1]! && losses[1]! < losses[0]!, `losses fall: ${losses.join(', ')}`);
      const after = network.parameters();
      for (const name of names) assertClose(after[name], expected.after[name] ?? [], 1e-4, name);
      network.dispose();
    });

    if (correction !== 'forward' || perClass) continue;
    test(`${kind}: predictions are probabilities, and hidden units are not negative`, async () => {
      const network = await make();
      const { hidden, fine, coarse } = await network.predict(batch.inputs);
      assert.equal(hidden.rows, 7);
      assert.ok(hidden.data.every((value) => value >= 0));
      for (const { data, columns } of [fine, coarse])
        for (let i = 0; i < 7; i++) {
          const sum = data.subarray(i * columns, (i + 1) * columns).reduce((total, p) => total + p, 0);
          assert.ok(Math.abs(sum - 1) < 1e-5, `row ${i} sums to ${sum}`);
        }
      network.dispose();
    });
  }

  test(`${title}: a head without labels in the batch is left alone, and the other counts its own steps`, async () => {
    const network = await create(shape);
    network.load(start(false));
    const coarseWeights = batch.coarseWeights.slice();
    coarseWeights[5] = 0; // its label is the outside column, which there is none of without T
    const coarseOnly = { ...batch, fineWeights: new Float32Array(7), coarseWeights, corrected: new Uint8Array(7) };
    await network.step(coarseOnly, 0.05);
    const after = network.parameters();
    assert.deepEqual(after.fine, start(false).fine);
    assert.deepEqual(after.fineBias, start(false).fineBias);
    assert.notDeepEqual(after.coarse, start(false).coarse);
    const fineOnly = { ...batch, coarseWeights: new Float32Array(7) };
    await network.step(fineOnly, 0.05);
    const last = network.parameters();
    assert.deepEqual(last.coarse, after.coarse);
    const moved = last.fine.map((value, i) => Math.abs(value - after.fine[i]!));
    const largest = moved.reduce((a, b) => Math.max(a, b), 0);
    assert.ok(Math.abs(largest - 0.05) < 1e-4, `Adam's first step moves by the learning rate, not ${largest}`);
    network.dispose();
  });

  for (const tied of [false, true])
    test(`${title}, ${tied ? 'tied head' : 'separate heads'}: where it is sure, right labels and all answers leave it as it is`, async () => {
      const network = await create(tied ? { ...shape, tiedTo: Int32Array.from(fixture.groupOf) } : shape);
      const [C, M] = [shape.coarse, shape.coarse + 1];
      network.setTransition(matrix(C, M, Float32Array.from(fixture.transition)));
      const sure = start(tied);
      for (const bias of [sure.fineBias, sure.coarseBias]) if (bias.length) bias[0] = 100;
      network.load(sure);
      const rows = 7 * M;
      const tile = (values: ArrayLike<number>): Float32Array =>
        Float32Array.from({ length: values.length * M }, (_, at) => values[at % values.length]!);
      const corrected = Uint8Array.from({ length: rows }, (_, i) => Number(i % 5 > 0));
      const all: Batch = {
        inputs: matrix(rows, shape.features, tile(batch.inputs.data)),
        fineLabels: new Int32Array(rows),
        fineWeights: Float32Array.from({ length: rows }, (_, i) => 1 / (i + 3)),
        coarseLabels: Int32Array.from(corrected, (is, i) => (is ? i % M : fixture.groupOf[0]!)),
        coarseWeights: Float32Array.from({ length: rows }, (_, i) => 1 / (i + 7)),
        corrected,
      };
      const before = network.parameters();
      for (let i = 0; i < 20; i++) await network.step(all, 0.05);
      assert.deepEqual(network.parameters(), before);
      network.dispose();
    });

  test(`${title}: loading weights forgets Adam's moments, and copies them`, async () => {
    const network = await create(shape);
    network.setTransition(transition);
    network.load(start(false));
    await network.step(batch, 0.05);
    const once = network.parameters();
    await network.step(batch, 0.05);
    await network.step(batch, 0.05);
    const mine = start(false);
    network.load(mine);
    mine.shared.fill(0);
    await network.step(batch, 0.05);
    assert.deepEqual(network.parameters(), once);
    network.dispose();
  });
}

/** Relative to the largest expected entry. */
function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  assert.equal(actual.length, expected.length, `length of ${what}`);
  const scale = Array.from(expected).reduce((best, value) => Math.max(best, Math.abs(value)), 1e-3);
  for (let i = 0; i < expected.length; i++)
    assert.ok(
      Math.abs(actual[i]! - expected[i]!) <= tolerance * scale,
      `${what}[${i}] is ${actual[i]}, expected ${expected[i]}`,
    );
}
