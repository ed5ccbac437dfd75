import { accuracy, meanTrueProbability } from '../../model/trainer';
import type { Improvement } from '../../strategies/strategy';
import { classMeansEstimator } from './class-means';
import { expectedImprovement } from './expected-improvement';
import { judgings } from './judging';
import type { Estimator, EstimatorName, ImprovementTask } from './options';

/** The paper's: the learner fitted from scratch to every part of the labels. */
const retrain: Estimator = ({ task, options, learner, random }) => {
  const judging = judgings(task, random);
  const measure = options.measure === 'accuracy' ? accuracy : meanTrueProbability;
  const { steps } = options;
  return expectedImprovement(
    (trial) => judging(trial).labels,
    async (part, draw, trial) => {
      const { shown } = judging(trial);
      const model = await learner.fit({ ...task, ...part, coarseHead: 'weak', ...(steps && { steps }), random: draw });
      const { fine } = await model.predict(shown.inputs ?? shown.features);
      model.dispose();
      return measure(fine, shown.fine);
    },
    options,
    random,
  );
};

export const estimators: Readonly<Record<EstimatorName, Estimator>> = { retrain, 'class-means': classMeansEstimator };

/** M_f and M_w by the estimator that the options name. */
export function estimateImprovement(task: ImprovementTask): Promise<Improvement> {
  const { estimator } = task.options;
  return (typeof estimator === 'string' ? estimators[estimator] : estimator)(task);
}
