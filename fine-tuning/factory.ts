import { createHash } from 'node:crypto';
import type { Dataset } from '../lib/data/dataset';
import { matrix, type Matrix } from '../lib/engine/matrix';
import { tensors } from '../lib/engine/tensors';
import { vitFolder } from '../inputs/features/extractors/registry';
import { loadVit, type Vit } from '../inputs/features/vit/weights';
import { createTfjsNetwork } from '../lib/model/tfjs-network';
import type { NetworkFactory } from '../lib/model/trainer';
import type { TrainingOptions } from '../lib/model/training-options';
import { VitBackbone } from './backbone';
import { trainingEstimate } from './estimate';
import { firstTrained, type VitTrainingOptions } from './options';
import { PreparedImages } from './prepared-images';
import { VitNetwork } from './vit-network';

/**
 * Makes networks on a ViT whose inputs are image numbers: the pool's images, then the test images. Says on stderr what
 * a long training will take.
 */
export async function vitNetworkFactory(
  data: Dataset,
  options: VitTrainingOptions,
  training: Pick<TrainingOptions, 'steps' | 'batchSize'>,
): Promise<NetworkFactory> {
  const { folder, preprocessing } = await vitFolder(options.model);
  const vit = await loadVit(folder);
  const images = new PreparedImages([data.pool, data.test], preprocessing);
  const words = await trainingEstimate(vit, images, options, training);
  if (words) process.stderr.write(`${words}\n`);
  return vitFactoryOf(vit, images, options);
}

/** The same from parts that are there already. */
export function vitFactoryOf(vit: Vit, images: PreparedImages, options: VitTrainingOptions): NetworkFactory {
  let hash: string | undefined; // of hundreds of megabytes: once for all networks, and only if asked for
  const { trainable, rate, microBatch } = options;
  const describe = (): string => JSON.stringify([(hash ??= hashOf(vit)), images.how, { trainable, rate, microBatch }]);
  return async (shape) => {
    const { tf } = await tensors();
    const backbone = new VitBackbone(tf, vit, firstTrained(vit.config, trainable));
    const heads = await createTfjsNetwork({ ...shape, features: vit.config.hidden });
    return new VitNetwork({ tf, backbone, images, heads, describe }, rate, microBatch);
  };
}

function hashOf({ config, weights }: Vit): string {
  const hash = createHash('sha256').update(JSON.stringify(config));
  for (const [name, { data }] of weights)
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

/** The images' numbers, [n, 1], the pool's first, as {@link vitNetworkFactory} counts them. */
export function imageNumbers({ pool, test }: Dataset): { readonly pool: Matrix; readonly test: Matrix } {
  const count = (from: number, n: number): Matrix =>
    matrix(
      n,
      1,
      Float32Array.from({ length: n }, (_, i) => from + i),
    );
  return { pool: count(0, pool.fine.length), test: count(pool.fine.length, test.fine.length) };
}
