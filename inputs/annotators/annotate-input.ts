import type { Journal } from './journal';
import type { Rate } from './pace';
import type { Synonyms } from './parse-answer';
import type { Patience, Waiting } from './patience';
import type { Plan, PlanInput } from './plan';
import type { Price } from './price';

/** What is to be asked, of whom, and how far it may go. */
export interface AnnotateInput extends Omit<PlanInput, 'find'> {
  readonly journal: Journal;
  /** Requests at a time: 8, or fewer where the annotator says so. */
  readonly concurrency?: number;
  readonly rate?: Rate;
  readonly patience?: Partial<Patience>;
  readonly price?: Price | undefined;
  /** US dollars that the journal's answers may cost altogether, those of earlier runs and requests in flight included. */
  readonly maxCost?: number;
  readonly synonyms?: Synonyms;
  /** Taken out of everything that is written or thrown. */
  readonly secrets?: readonly (string | undefined)[];
  /** Ends the run: no request begins any more, those in flight have `graceMs` (5,000) to be answered and recorded. */
  readonly stop?: AbortSignal;
  readonly graceMs?: number;
  readonly onProgress?: (outcome: Outcome) => void;
  /** Told whenever the service has to be waited for: what it said, and how long. */
  readonly onWait?: (waiting: Waiting) => void;
  /** What is to be asked, where the caller has found out already. */
  readonly plan?: Plan;
}

/** What a run has done so far. Counts are of answers. */
export interface Outcome {
  readonly wanted: number;
  /** In the journal before the run. */
  readonly known: number;
  readonly answered: number;
  readonly outside: number;
  readonly refused: number;
  /** Got no answer, are not in the journal, and are asked again by the next run. */
  readonly failed: readonly { readonly index: number; readonly message: string }[];
  /** US dollars, this journal altogether. */
  readonly cost: number;
  /** Why the run ended before all was asked: `quota`: used up for now; `down`: the service answers nobody. */
  readonly stopped?: 'cap' | 'signal' | 'quota' | 'down';
}
