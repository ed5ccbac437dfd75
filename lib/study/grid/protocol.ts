import type { RoundRecord } from '../../rounds/record';
import type { Counts } from '../../strategies/strategy';
import type { CheckpointOptions } from '../../model/checkpoints';
import type { RunSetup } from '../study';

/** One run, as a worker is told of it. */
export interface Job extends RunSetup {
  readonly dataset: string;
  readonly strategy: string;
  readonly seed: number;
  readonly matched?: readonly Counts[];
  readonly checkpoints?: CheckpointOptions;
}

/** What a worker tells. */
export type WorkerMessage =
  | { readonly kind: 'record'; readonly record: RoundRecord }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly stack?: string | undefined };
