import type { Learner, LearningTask } from '../../model/learner';
import type { Random } from '../../random';
import type { Improvement } from '../../strategies/strategy';

/** What an estimator may look at: what a learner would. */
export interface ImprovementTask {
  readonly task: LearningTask;
  readonly options: ImprovementOptions;
  /** What the run learns with. */
  readonly learner: Learner;
  readonly random: Random;
}

export type EstimatorName = 'retrain' | 'class-means';
export type Estimator = (task: ImprovementTask) => Promise<Improvement>;

export interface ImprovementOptions {
  /** What judges a set of labels, by name, or an estimator of your own. */
  readonly estimator: EstimatorName | Estimator;
  /** Repetitions with other draws and initial weights; the paper's 3. */
  readonly trials: number;
  /** Nested parts of a level's labels; the paper's 5. */
  readonly fractions: number;
  /** Steps of each stage of these trainings (`retrain`); default: as many as the real ones. */
  readonly steps?: number;
  /** Shrinkage of the within-class covariance that whitens (`class-means`); default: the network's. */
  readonly whitening?: number;
  /**
   * What is to improve on the validation images, or on a fifth of the full labels that each trial leaves out: `accuracy` of the fine head (the paper), or its mean `probability` of
   * the true class, which moves smoothly where an accuracy jumps (ours).
   */
  readonly measure: 'accuracy' | 'probability';
}

/** The paper's recipe: 27 trainings a round: 3 trials of the whole and of 4 smaller parts of either level. */
export const paperImprovement: ImprovementOptions = {
  estimator: 'retrain',
  trials: 3,
  fractions: 5,
  measure: 'accuracy',
};

/** Ours, the default: the same parts of the labels, judged in closed form. */
export const closedImprovement: ImprovementOptions = {
  ...paperImprovement,
  estimator: 'class-means',
  trials: 5,
  measure: 'probability',
};
