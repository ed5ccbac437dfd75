import type { Level } from '../strategies/strategy';

/** On the test images, 0..1. Without a coarse head, a group's probability is the sum of its fine classes'. */
export interface TestResults {
  readonly fineAccuracy: number;
  readonly coarseAccuracy: number;
  /** The control, of a learner with a coarse head: the same purchases, but its coarse head learns from the full-labelled images alone. */
  readonly trustedOnlyFineAccuracy?: number;
  readonly trustedOnlyCoarseAccuracy?: number;
}

/** One round of a session; test results where there are test images. */
export type SessionRecord = Omit<RoundRecord, keyof TestResults> & Partial<TestResults>;

/** One round of one run, as it is written to disk. Everything but `timing` depends on the setup alone. */
export interface RoundRecord extends TestResults {
  /** Given by a grid: a hash of everything the run's result depends on, its seed left out. */
  readonly config?: string;
  /** Given by a grid, of a strategy from a file: a hash of its code. */
  readonly code?: string;
  /** Given by a grid: the annotator's price for one weak label, `prices.weak`; absent where the run does not depend on it. */
  readonly weakCost?: number;
  readonly dataset: string;
  readonly strategy: string;
  readonly seed: number;
  /** From 0. */
  readonly round: number;
  /** Money given out up to and including this round. */
  readonly budget: number;
  /** Money spent of it; the rest is carried over. */
  readonly spent: number;
  /** Labels bought so far: spent = full * price + weak * price. */
  readonly full: number;
  readonly weak: number;
  /** Of these, in this round. */
  readonly boughtFull: number;
  readonly boughtWeak: number;
  /** M_f and M_w that this round's choice was made with. */
  readonly improvement?: Readonly<Record<Level, number>>;
  /** T, estimated from the full labels bought so far; rows = true group, columns = the annotator's answer. */
  readonly transition?: readonly (readonly number[])[];
  /** Cohen's kappa of the annotator on the full labels bought so far. */
  readonly kappa?: number;
  /** True from the round on in which the annotator was found to be no better than chance, and no longer asked. */
  readonly stoppedAtChance?: true;
  readonly engine: string;
  readonly timing: { readonly selectMs: number; readonly trainMs: number };
}
