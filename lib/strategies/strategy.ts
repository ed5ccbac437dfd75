import type { Engine } from '../engine';
import type { Matrix } from '../engine/matrix';
import type { Prediction } from '../model/network';
import type { Random } from '../random';

/** `full`: the fine class, from a human. `weak`: the coarse class. */
export type Level = 'full' | 'weak';

/** Labels of each level. */
export type Counts = Readonly<Record<Level, number>>;

/** Who gives weak labels: the VLM, or a human who names the group. */
export type WeakLabels = 'annotator' | 'human';

/** Committee members: dropout masks on the model there is, or models of the same labels from other starts. */
export type MemberKind = 'dropout' | 'ensemble';

export interface Purchase {
  /** Pool row. */
  readonly row: number;
  readonly level: Level;
}

/** What there is to spend, in whole units. Only the ledger pays. */
export interface Purse {
  readonly left: number;
  price(level: Level): number;
  /** How many labels of that level the purse holds. */
  affords(level: Level): number;
}

/** Who has bought what so far. A row with both levels counts as full. */
export interface PoolView {
  readonly size: number;
  /** Rows without a full label, ascending. */
  notFull(): Int32Array;
  /** Rows without any label, ascending. */
  unlabelled(): Int32Array;
  /** Rows with a full label, ascending. */
  full(): Int32Array;
  hasWeak(row: number): boolean;
  /** As things stand, the annotator is no better than chance: no answers can be bought, and those bought are not learned from. */
  readonly isFoundOut?: boolean;
}

/** Value of one more label of each level, in fine validation accuracy (arXiv 2503.06517, section 3), up to a common factor. */
export type Improvement = Readonly<Record<Level, number>>;

/** A pool image. */
export interface PoolImage {
  /** Its number in the data set's pool, images set aside for validation included. */
  readonly index: number;
  /** Where the data set lies in files: its path in the data set's folder. */
  readonly path?: string;
}

/** What a strategy may see before there is a model: no label, bought or not. */
export interface StartContext {
  /** From 0. */
  readonly round: number;
  /** From 0, within the round: how many of its queries went before ({@link Query.continues}). */
  readonly step: number;
  readonly pool: PoolView;
  /** Fine classes. */
  readonly classes: number;
  readonly purse: Purse;
  readonly random: Random;
  /** What multiplies matrices. */
  readonly engine: Engine;
  /** The pool's features as they were extracted, [rows, D]. */
  features(rows: Int32Array): Matrix;
  /** Which image a row is. */
  imageOf(row: number): PoolImage;
  /** What the run that a control follows bought in this round. */
  readonly matched?: Counts;
}

/** All that a strategy may see: no label, bought or not. */
export interface QueryContext extends StartContext {
  /** What the model fitted to the bought labels says of pool rows; one line a row, in the order given. */
  predict(rows: Int32Array): Promise<Prediction>;
  /** What the model's classes are linear in, [rows, H]: of what {@link predict} says, the part that may be had for less. */
  hidden(rows: Int32Array): Promise<Matrix>;
  /**
   * What is known of the class of pool rows [rows, K], the annotator's answers to them included where the learner learns from
   * answers; else what the model says.
   */
  posterior(rows: Int32Array): Promise<Matrix>;
  /**
   * What the annotator's answer is expected to tell of each row's class, in nats; undefined where the learner learns from no
   * answers, or there is none yet.
   */
  information(rows: Int32Array): Promise<Float64Array | undefined>;
  /** What `count` networks say of pool rows: fine probabilities [rows, K] each. An ensemble is slow: it is trained. */
  members(rows: Int32Array, kind: MemberKind, count: number): Promise<readonly Matrix[]>;
  /** Trains the network on parts of the labels to see what either level is worth. Slow. */
  improvement(): Promise<Improvement>;
}

/** What to buy, and why. */
export interface Query {
  /** The round goes on with what is left: when this is answered and learnt from, the strategy is asked again. */
  readonly continues?: boolean;
  /** In the order they were chosen; within the purse, no row twice. */
  readonly purchases: readonly Purchase[];
  /** What every option was worth to the strategy, [pool size] each; NaN for rows that could not be bought at that level. */
  readonly utilities?: { readonly [level in Level]?: Float64Array };
  /** What the strategy estimated on the way, for the record. */
  readonly improvement?: Improvement;
}

/** An active-learning strategy: which labels to buy next. Stateless: all it knows is in the context. */
export interface Strategy {
  /** Its name with the options that are not at their defaults; what records call it. */
  readonly name: string;
  /** Of a built-in one: raised when it buys other labels than before, so that old results are not gone on with. */
  readonly version?: number;
  readonly buys: readonly Level[];
  /** Where its weak labels come from, if it buys any. */
  readonly weakLabels?: WeakLabels;
  /** What the annotator is asked; default: `coarse`, the group. */
  readonly question?: 'coarse' | 'fine' | 'both';
  /** Learns from its labels unless the setup names another; default: `network`. */
  readonly learner?: string;
  /**
   * The annotator's answers to images that a human labelled: given (default), all of them and free, or bought where the
   * strategy wants them, as weak labels of rows that have a full one.
   */
  readonly trustedAnswers?: 'given' | 'bought';
  /** The strategy whose purchases it repeats in number: its run with the same seed and setup comes first. */
  readonly matches?: string;
  /**
   * What to buy in round 0, before there is a model. Default: images in the seed's random order, the same for every
   * strategy of a seed.
   */
  start?(context: StartContext): Promise<Query>;
  query(context: QueryContext): Promise<Query>;
}

/** A utility per pool row from one per candidate; NaN elsewhere. */
export function spread(size: number, rows: Int32Array, utilities: ArrayLike<number>): Float64Array {
  const all = new Float64Array(size).fill(NaN);
  rows.forEach((row, i) => (all[row] = utilities[i]!));
  return all;
}

/**
 * Full-label purchases of `rows`.
 * @example
 * return { purchases: buyFull(context.pool.notFull().subarray(0, context.purse.affords('full'))) };
 */
export function buyFull(rows: Iterable<number>): Purchase[] {
  return Array.from(rows, (row) => ({ row, level: 'full' as const }));
}
