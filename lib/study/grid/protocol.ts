import type { Choice } from '../../choices/choices';
import type { CheckpointOptions } from '../../model/checkpoints';
import type { RoundRecord } from '../../rounds/record';
import type { Counts, Strategy } from '../../strategies/strategy';
import type { RunSetup } from '../study';

/** One run, as whoever makes it is told of it. */
export interface Job extends RunSetup {
  readonly dataset: string;
  readonly strategy: Choice<Strategy>;
  readonly seed: number;
  readonly matched?: readonly Counts[];
  readonly checkpoints?: CheckpointOptions;
}

/** What a worker tells. */
export type WorkerMessage =
  | { readonly kind: 'record'; readonly record: RoundRecord }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly stack?: string | undefined };

/** Who makes runs, one after the other. */
export interface Worker {
  /** Rejects with whatever stops the run, or `onRecord` throws. */
  run(job: Job, onRecord: (record: RoundRecord) => void): Promise<void>;
  stop(): void;
}
