import type { CheckpointOptions } from '../model/checkpoints';
import type { Random } from '../random';
import type { Counts } from '../strategies/strategy';
import type { Material } from './material';
import type { CompleteSetup } from './setup';

/** What stays as it is while a session goes on. */
export interface SessionContext {
  readonly setup: CompleteSetup;
  readonly material: Material;
  readonly seed: number;
  /** The stream that all randomness comes from; made from `seed`. */
  readonly random: Random;
  readonly matched?: readonly Counts[] | undefined;
  readonly checkpoints?: CheckpointOptions | undefined;
  readonly warn: (message: string) => void;
}
