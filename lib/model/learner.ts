import type { Hierarchy } from '../datasets/hierarchy';
import type { Engine } from '../engine';
import type { Matrix } from '../engine/matrix';
import type { AnswerLikelihood } from '../noise/answer-likelihood';
import type { AnswerSet } from '../noise/said';
import type { Random } from '../random';
import type { Prediction } from './network';
import type { LabelledRows } from './training-set';

/** All that a learner may learn from: the pool's features, the labels that were bought, and the annotator's answers. */
export interface LearningTask {
  readonly hierarchy: Hierarchy;
  /** [pool, D] */
  readonly features: Matrix;
  readonly full: LabelledRows;
  readonly answers?: AnswerSet;
  readonly engine: Engine;
  readonly random: Random;
}

export interface FittedModel {
  /** What computed it, for records. */
  readonly engine: string;
  /** What it says of feature rows [n, D], answers not known: fine [n, K], coarse [n, C], hidden [n, H]. */
  predict(features: Matrix): Promise<Prediction>;
  /** [pool, K]: what is known of each pool image, its answers and its label included. */
  readonly posterior?: Matrix;
  /** How likely each class's images get each answer, where there are answers: what a further answer would tell. */
  readonly likelihood?: AnswerLikelihood;
  dispose(): void;
}

/** A way to learn fine classes from few labels. */
export interface Learner {
  readonly name: string;
  /** @throws InputError if there is no label, or one that is out of range. */
  fit(task: LearningTask): Promise<FittedModel>;
}
