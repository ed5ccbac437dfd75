import type { TrainingTools } from '../../model/trainer';
import type { TrainingOptions } from '../../model/training-options';
import type { TrainingSet } from '../../model/training-set';
import type { Random } from '../../random';
import type { Improvement } from '../../strategies/strategy';

/** What an estimator may look at: what a training would. */
export interface ImprovementTask {
  readonly set: TrainingSet;
  readonly options: ImprovementOptions;
  /** How the run trains its networks. */
  readonly training: TrainingOptions;
  readonly tools: TrainingTools;
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
  /** Adam steps of each stage of these trainings; default: as many as the real ones. */
  readonly steps?: number;
  /**
   * What is to improve on the validation images: `accuracy` of the fine head (the paper), or its mean `probability` of
   * the true class, which moves smoothly where an accuracy jumps (ours).
   */
  readonly measure: 'accuracy' | 'probability';
}

/** The paper's recipe: 27 trainings a round (30, had the whole of the labels one of its own for each level). */
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
