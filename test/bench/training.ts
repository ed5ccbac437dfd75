import { createHierarchy } from '../../lib/data/hierarchy';
import { createEngine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { createFastNetwork } from '../../lib/model/fast-network';
import type { Batch, NetworkShape } from '../../lib/model/network';
import { initialParameters, train } from '../../lib/model/trainer';
import { noLabels, type TrainingSet } from '../../lib/model/training-set';
import { trainingOptions } from '../../lib/model/training-options';
import { createRandom } from '../../lib/random';
import { compare, type BenchLine } from './compare';
import { startPeer } from './peer';
import { labels, normals } from './random-data';

/** One epoch of 2048 rows: features 768 -> 256 -> 200 + 70, every row with a fine label and a corrected weak one. */
export async function trainEpoch(batchSize: number): Promise<BenchLine> {
  const shape: NetworkShape = { features: 768, hidden: 256, fine: 200, coarse: 70 };
  const n = 2048;
  const network = await createFastNetwork(shape, { engine: await createEngine() });
  network.load(initialParameters(shape, createRandom(0)));
  const { coarse: C } = shape;
  network.setTransition(
    matrix(
      C,
      C,
      Float32Array.from({ length: C * C }, (_, at) => (at % (C + 1) === 0 ? 0.7 : 0) + 0.3 / C),
    ),
  );
  const inputs = normals(n, shape.features);
  const [fine, coarse] = [labels(n, shape.fine), labels(n, C)];
  const weights = new Float32Array(batchSize).fill(1 / batchSize);
  const batches = Array.from({ length: n / batchSize }, (_, b): Batch => {
    const [from, to] = [b * batchSize, (b + 1) * batchSize];
    const rows = inputs.data.subarray(from * shape.features, to * shape.features);
    return {
      inputs: matrix(batchSize, shape.features, rows),
      fineLabels: fine.subarray(from, to),
      fineWeights: weights,
      coarseLabels: coarse.subarray(from, to),
      coarseWeights: weights,
      corrected: new Uint8Array(batchSize).fill(1),
    };
  });
  return compare({
    name: `train-${batchSize}`,
    size: `one epoch of ${n} x 768 -> 256 -> 200 + ${C}, batch ${batchSize}, forward correction, Adam`,
    engine: network.engine,
    ours: async () => {
      for (const batch of batches) await network.step(batch, 1e-3);
    },
    peer: await startPeer('train.py', ['torch'], [String(batchSize)]),
    warmUps: 6,
    repeats: 41,
  });
}

/** A whole fit as the experiments do it, 3,000 labelled rows, 50 + 50 epochs of batches of 128, validation each epoch. */
export async function fit(): Promise<BenchLine> {
  const [n, validation, K, C] = [3000, 500, 200, 70];
  const engine = await createEngine();
  const cycle = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i % K);
  const set: TrainingSet = {
    hierarchy: createHierarchy(Array.from({ length: K }, (_, k) => [`fine ${k}`, `coarse ${k % C}`] as const)),
    features: normals(n, 768),
    full: { rows: Int32Array.from({ length: n }, (_, i) => i), labels: cycle(n) },
    weak: noLabels,
    validation: { features: normals(validation, 768), fine: cycle(validation) },
  };
  const steps = 50 * Math.ceil(n / 128);
  const options = trainingOptions({ whitening: false, coarseHead: 'trusted', steps, evaluations: 50 });
  return compare({
    name: 'fit',
    size: `${n} x 768 -> 256 -> ${K} + ${C}, 50 + 50 epochs, batch 128, validation on ${validation} each epoch`,
    engine: engine.name,
    ours: async () => {
      const createNetwork = (shape: NetworkShape) => createFastNetwork(shape, { engine });
      await train(set, options, createRandom(0), { engine, createNetwork });
    },
    peer: await startPeer('fit.py', ['torch']),
    warmUps: 1,
    repeats: 5,
  });
}
