import { define, type Definition, type Entry } from '../choices/choices';
import type { Options } from '../choices/options';
import type { Dataset } from '../data/dataset';
import type { Engine } from '../engine';
import type { Matrix } from '../engine/matrix';
import type { AnswerSet, KnownAnswers } from '../noise/said';
import type { Random } from '../random';
import type { CheckpointOptions } from './checkpoints';
import type { Prediction } from './network';
import type { TrainingOptions } from './training-options';
import type { TrainingSet } from './training-set';

/** All that a learner may learn from: the labels that were paid for, and what is free of charge. */
export interface LearningTask extends TrainingSet {
  readonly answers?: AnswerSet;
  /** Every answer that is recorded, where the noise model is the oracle: how a class is answered is counted, not learnt. */
  readonly everything?: KnownAnswers;
  /** What a coarse head may learn from: nothing, the groups of full-labelled images, or those and the weak labels. */
  readonly coarseHead: TrainingOptions['coarseHead'];
  readonly engine: Engine;
  readonly random: Random;
  /** Where long trainings leave their state. */
  readonly checkpoints?: CheckpointOptions;
  /** Fewer steps than usual, for a learner that takes steps: for quick judgements. */
  readonly steps?: number;
}

/** What a learner has learnt. */
export interface FittedModel {
  /** What computed it, for records. */
  readonly engine: string;
  /** What it says of rows of features (or of its own inputs), [n, D]. Without a coarse head, groups are sums of classes. */
  predict(inputs: Matrix): Promise<Prediction>;
  /** What its classes are linear in, [n, H], as `predict` gives it, where that is to be had for less. */
  hidden?(inputs: Matrix): Promise<Matrix>;
  /** Fine probabilities [n, K] by `count` samples of its posterior, where it has one to draw from. */
  members?(inputs: Matrix, count: number, random: Random): Promise<readonly Matrix[]>;
  /** [pool, K]: what is known of each pool image, its answers and its label included. */
  readonly posterior?: Matrix;
  /** What the annotator's answer is expected to tell of the class of pool rows, in nats, where there are answers to learn from. */
  information?(rows: Int32Array): Promise<Float64Array>;
  /** Frees what it holds outside the JavaScript heap. */
  dispose(): void;
}

/** Turns labels into a model; the same task and random numbers give the same model. */
export interface Learner {
  readonly name: string;
  /** Of a built-in one: raised when the same task gives another model, so that old results are not gone on with. */
  readonly version?: number;
  /** It has no coarse head: `coarseHead` changes nothing of what it learns, and no control is fitted. */
  readonly onlyFine?: boolean;
  /** What it is fed with in place of the data set's features, one row for each image; absent: the features. */
  inputs?(data: Dataset): Promise<{ readonly pool: Matrix; readonly test: Matrix }>;
  /** @throws InputError without any full label. */
  fit(task: LearningTask): Promise<FittedModel>;
  /**
   * Fine probabilities [labels, K] of the labelled images, each by what was learnt without its part of the labels, where there
   * is a quicker way to them than a fit for each of `folds` parts.
   */
  heldOut?(task: LearningTask, folds: number): Promise<Matrix>;
}

/**
 * A learner of yours or ours.
 * @example
 * export default defineLearner({ name: 'mine', create: () => ({ fit: async (task) => myModel(task) }) });
 */
export const defineLearner = <O extends Options = Record<never, never>>(
  definition: Definition<Learner, O>,
): Entry<Learner, O> => define<Learner, O>('learner', definition);
