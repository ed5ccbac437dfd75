import type { Tensor } from '@tensorflow/tfjs-core';
import { duration } from '../lib/duration';
import { tensors } from '../lib/engine/tensors';
import type { Vit } from '../inputs/features/vit/weights';
import type { TrainingOptions } from '../lib/model/training-options';
import { VitBackbone } from './backbone';
import { firstTrained, type VitTrainingOptions } from './options';
import type { PreparedImages } from './prepared-images';

/** Seconds from which a training is announced. */
const LONG = 60;

/**
 * What one stage of training will take, in words, timed on one image through the network and back; undefined for less
 * than a minute.
 */
export async function trainingEstimate(
  vit: Vit,
  images: PreparedImages,
  { trainable, microBatch }: VitTrainingOptions,
  { steps, batchSize }: Pick<TrainingOptions, 'steps' | 'batchSize'>,
): Promise<string | undefined> {
  const { tf, name } = await tensors();
  const backbone = new VitBackbone(tf, vit, firstTrained(vit.config, trainable));
  const batch = await images.pixels([0]);
  const run = async (): Promise<void> => {
    const gradient = await backbone.encode(batch);
    if (backbone.isFrozen) return;
    const sum = new Map<string, Tensor>();
    backbone.addGradients(batch, gradient, sum);
    tf.dispose([...sum.values()]);
  };
  await run(); // compiles, allocates
  const started = performance.now();
  await run();
  const seconds = ((performance.now() - started) / 1000) * steps * batchSize;
  backbone.dispose();
  if (seconds < LONG) return undefined;
  const size = `${steps} steps of ${batchSize} images, ${trainable} trained, ${microBatch} at once`;
  return `Fine-tuning on ${name}: about ${duration(seconds)} a stage (${size}; timed on one image)`;
}
