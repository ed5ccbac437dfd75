import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFastNetwork } from '../../lib/model/fast-network';
import type { Batch, NetworkShape, Parameters } from '../../lib/model/network';
import { createTfjsNetwork } from '../../lib/model/tfjs-network';
import { corrections } from '../../lib/noise/corrections';
import {
  arrays,
  batchFor,
  classTransition,
  distance,
  networkFor,
  normals,
  random,
  separate,
  T,
  tied,
  weightsFor,
} from './random-networks';
import { importanceWeights, referenceLoss, type ReferenceCorrection, type Weights } from './reference-loss';

/** Central differences of the float64 reference by every weight, importance weights held fixed. */
function differences(
  shape: NetworkShape,
  weights: Parameters,
  batch: Batch,
  correction: ReferenceCorrection,
): { loss: number; gradients: Map<string, number[]> } {
  const exact: Record<string, number[]> = Object.fromEntries(
    arrays(weights).map(([name, array]) => [name, Array.from(array)]),
  );
  const ratios = correction.transition ? importanceWeights(shape, weights, batch, correction) : [];
  const loss = (): number => referenceLoss(shape, exact as unknown as Weights, batch, correction, ratios);
  const gradients = Object.entries(exact).map(([name, array]): [string, number[]] => [
    name,
    array.map((value, i) => {
      const lossAt = (changed: number): number => {
        array[i] = changed;
        return loss();
      };
      const slope = (lossAt(value + 1e-6) - lossAt(value - 1e-6)) / 2e-6;
      array[i] = value;
      return slope;
    }),
  ]);
  return { loss: loss(), gradients: new Map(gradients) };
}

const uncorrected: ReferenceCorrection = {};
const every = corrections.flatMap((correction): ReferenceCorrection[] => [
  { transition: T, correction },
  { transition: T, correction, classTransition },
]);

for (const shape of [separate, tied])
  for (const correction of [uncorrected, ...every]) {
    const heads = shape === tied ? 'a tied head' : 'separate heads';
    const how = correction.transition ? `${correction.correction} correction` : 'no correction';
    const title = `${heads}, ${how}${correction.classTransition ? ' by T per class' : ''}`;
    test(`with ${title}, loss and gradients are those of the definition by finite differences`, async () => {
      const r = random.stream('differences', title);
      const weights = weightsFor(shape, r);
      const network = await networkFor(shape, weights, correction);
      const batch = batchFor(shape, 11, r, { answers: correction.transition?.columns, dropout: shape === separate });
      const { loss, gradients } = await network.gradients(batch);
      const expected = differences(shape, weights, batch, correction);
      assert.ok(Math.abs(loss - expected.loss) < 1e-6 * Math.abs(expected.loss), `${loss}, expected ${expected.loss}`);
      for (const [name, gradient] of arrays(gradients)) {
        const numeric = expected.gradients.get(name)!;
        assert.equal(gradient.length, numeric.length);
        assert.ok(distance(gradient, numeric) < 1e-5, `${name}: ${distance(gradient, numeric)}`);
      }
      network.dispose();
    });
  }

test('the tfjs network, loaded with the same weights, has the same loss, gradients and predictions', async () => {
  for (const shape of [separate, tied]) {
    const r = random.stream('tfjs', String(shape === tied));
    const weights = weightsFor(shape, r);
    const [fast, reference] = [await createFastNetwork(shape), await createTfjsNetwork(shape)];
    for (const { transition, ...options } of every) {
      for (const network of [fast, reference]) {
        network.setTransition(transition, options);
        network.load(weights);
      }
      for (const n of [4, 33, 1]) {
        const batch = batchFor(shape, n, r, { answers: 4, dropout: true });
        const [ours, theirs] = [await fast.gradients(batch), await reference.gradients(batch)];
        assert.ok(distance([ours.loss], [theirs.loss]) < 1e-5);
        for (const [name, gradient] of arrays(theirs.gradients))
          assert.ok(distance(ours.gradients[name as keyof Parameters], gradient) < 1e-5, name);
        assert.ok(distance([await fast.step(batch, 1e-3)], [await reference.step(batch, 1e-3)]) < 1e-5);
      }
    }
    const inputs = normals(20, shape.features, r);
    const [ours, theirs] = [await fast.predict(inputs), await reference.predict(inputs)];
    for (const part of ['hidden', 'fine', 'coarse'] as const)
      assert.ok(distance(ours[part].data, theirs[part].data) < 1e-4, part);
    fast.dispose();
    reference.dispose();
  }
});
