import type { Prediction } from '../../model/network';
import { meanTrueProbability, train } from '../../model/trainer';
import type { Improvement } from '../../strategies/strategy';
import { classMeansEstimator } from './class-means';
import { expectedImprovement } from './expected-improvement';
import type { Estimator, EstimatorName, ImprovementTask } from './options';

/** The paper's: networks trained from scratch on every part of the labels. */
const retrain: Estimator = ({ set, options, training, tools, random }) => {
  const { validation } = set;
  const how = { ...training, coarseHead: 'weak', steps: options.steps ?? training.steps } as const;
  return expectedImprovement(
    set,
    async (part, draw) => {
      const model = await train({ ...set, ...part }, how, draw, tools);
      const fine = async (): Promise<Prediction['fine']> =>
        (await model.predict(validation.inputs ?? validation.features)).fine;
      const value =
        options.measure === 'accuracy' ? model.validationAccuracy : meanTrueProbability(await fine(), validation.fine);
      model.dispose();
      return value;
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
