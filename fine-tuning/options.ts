import { check } from '../lib/errors';
import type { VitConfig } from '../inputs/features/vit/config';

/** How a vision transformer is fine-tuned below the two heads. */
export interface VitTrainingOptions {
  /** `vit-b16`, `dinov2-b14`, or a folder with `config.json` and `model.safetensors`. */
  readonly model: string;
  /** `all` of it, its `last-N` layers and last norm, or the `heads` alone. */
  readonly trainable: 'all' | `last-${number}` | 'heads';
  /** Its learning rate as a share of the heads', which start from nothing (our choice). */
  readonly rate: number;
  /** Images that go through it at once; the gradients of a batch are accumulated. */
  readonly microBatch: number;
}

export const defaultVitTraining: VitTrainingOptions = { model: 'vit-b16', trainable: 'all', rate: 0.01, microBatch: 8 };

/** The first layer that is trained; `layers` where none is, -1 where the embeddings are as well. */
export function firstTrained({ layers }: VitConfig, trainable: VitTrainingOptions['trainable']): number {
  if (trainable === 'all') return -1;
  if (trainable === 'heads') return layers;
  const count = Number(/^last-(\d+)$/.exec(trainable)?.[1]);
  check(
    count >= 1 && count <= layers,
    `Unexpected vit.trainable: "${trainable}"; expected all, heads, or last-1 to last-${layers}`,
  );
  return layers - count;
}

/** The defaults with `options` laid over them. Throws an InputError for values that make no sense. */
export function vitTrainingOptions(options: Partial<VitTrainingOptions> = {}): VitTrainingOptions {
  const all = { ...defaultVitTraining, ...options };
  check(all.rate > 0, `Unexpected vit.rate: ${all.rate}; expected more than 0`);
  check(
    Number.isInteger(all.microBatch) && all.microBatch > 0,
    `Unexpected vit.microBatch: ${all.microBatch}; expected a positive integer`,
  );
  return all;
}
