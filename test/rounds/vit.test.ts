import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Split } from '../../lib/data/dataset';
import { synthetic } from '../../inputs/datasets/synthetic';
import { experiment } from '../../lib/rounds/experiment';
import { completeSetup, type ExperimentSetup } from '../../lib/rounds/setup';
import type { RoundRecord } from '../../lib/rounds/record';
import { createRandom } from '../../lib/random';
import { vitB16 } from '../../inputs/features/vit/config';
import { encodeSafetensors } from '../../lib/engine/safetensors';
import { formatVitConfig, randomVit } from '../inputs/features/vit/random';
import { scratchFolder } from '../scratch';

/** A folder with a small, untrained ViT. */
function untrained(): string {
  const folder = scratchFolder('vit');
  const config = { ...vitB16, hidden: 12, layers: 2, heads: 2, mlp: 16, patch: 4, image: 8 };
  writeFileSync(path.join(folder, 'config.json'), formatVitConfig(config));
  const { weights } = randomVit(config, createRandom(0));
  writeFileSync(path.join(folder, 'model.safetensors'), Buffer.concat(encodeSafetensors(weights)));
  const preprocessor = { size: 8, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
  writeFileSync(path.join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  return folder;
}

const base = synthetic({ fine: 4, coarse: 2, pool: 60, test: 12 });
function pictures(split: Split): Split {
  const random = createRandom(split.fine.length);
  const pixels = Uint8Array.from(
    { length: split.fine.length * 64 },
    (_, at) => 60 * split.fine[at >> 6]! + random.integer(60),
  );
  return { ...split, images: { count: split.fine.length, height: 8, width: 8, channels: 1, pixels } };
}
const setup = (strategy: string): ExperimentSetup => ({
  data: { ...base, pool: pictures(base.pool), test: pictures(base.test) },
  strategy,
  seed: 0,
  rounds: 2,
  budget: 6,
  validation: 2,
  trainer: 'vit',
  vit: { model: untrained(), trainable: 'last-1', microBatch: 8 },
  training: { steps: 4, batchSize: 8, evaluations: 2, hidden: 8 },
});

test('an experiment fine-tunes a ViT on images, with every strategy and record as ever, the same twice', async () => {
  const run = async (strategy: string): Promise<object[]> => {
    const records: RoundRecord[] = [];
    for await (const record of experiment(setup(strategy))) records.push(record);
    return records.map((record) => ({ ...record, timing: undefined }));
  };
  const first = await run('weak-annotator');
  assert.equal(first.length, 2);
  for (const { engine } of first as RoundRecord[]) assert.match(engine, /fine-tuned ViT/);
  assert.ok((first as RoundRecord[])[1]!.weak > 0);
  assert.deepEqual(await run('weak-annotator'), first);
});

test('a ViT is not trained on what has no images, nor on whitened or noisy image numbers', async () => {
  await assert.rejects(
    () => experiment({ ...setup('random'), data: base }).next(),
    /learns from images, but data set "synthetic" has none/,
  );
  for (const training of [{ whitening: 0.2 }, { inputNoise: 1 }] as const)
    assert.throws(() => completeSetup({ ...setup('random'), training }), /training.whitening must be false/);
});
