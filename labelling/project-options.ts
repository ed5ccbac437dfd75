import type { Statement } from './events';
import type { Progress } from './learning';
import type { ProjectOptions } from './project-file';
import type { ProjectState } from './state';

/** What may change while a project goes on. */
export interface OpenOptions extends ProjectOptions {
  /** All that may be spent, in the prices' unit; null: no limit. Left out: as before, at first no limit. */
  readonly budget?: number | null;
  /** What a human's label costs, in the user's money. */
  readonly pricePerLabel?: number;
}

export interface UpdateOptions {
  /** Although the batch is not done: the rest of it is not bought then. */
  readonly early?: boolean;
  readonly progress?: Progress;
  /** Told the state once the model is judged. */
  readonly judged?: (state: ProjectState) => void;
}

/** A statement about an image, as callers give it. */
export interface GivenStatement {
  /** Path below the folder. */
  readonly image: string;
  readonly says: Statement;
  readonly by: string;
  /** It decides whatever others say. */
  readonly adjudicate?: boolean;
  /** Where it was read, for messages. */
  readonly where?: string;
}
