import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tensors } from '../../lib/engine/tensors';
import { createTfjsNetwork } from '../../lib/model/tfjs-network';
import { networkContract } from './network-contract';

networkContract('tfjs network', createTfjsNetwork);

test('the tfjs network leaves no tensor behind', async () => {
  const { tf } = await tensors();
  const before = tf.memory().numTensors;
  const network = await createTfjsNetwork({ features: 3, hidden: 2, fine: 4, coarse: 2 });
  const made = tf.memory().numTensors;
  const batch = {
    inputs: { rows: 1, columns: 3, data: Float32Array.of(1, 2, 3) },
    fineLabels: Int32Array.of(1),
    fineWeights: Float32Array.of(1),
    coarseLabels: Int32Array.of(0),
    coarseWeights: Float32Array.of(1),
    corrected: Uint8Array.of(0),
  };
  for (let i = 0; i < 3; i++) await network.step(batch, 0.1);
  await network.predict(batch.inputs);
  await network.gradients(batch);
  network.load(network.parameters());
  assert.equal(tf.memory().numTensors, made);
  network.dispose();
  assert.equal(tf.memory().numTensors, before);
});
