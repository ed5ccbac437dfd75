import { softmaxRows, takeRows } from '../../engine/matrix';
import { informationOf } from '../../noise/information';
import type { FittedModel, Learner, LearningTask } from '../learner';
import { onRoots } from '../on-roots';
import { sumByGroup } from '../sum-by-group';
import { unitRows } from '../unit-rows';
import { runEm, type FittedMixture } from './em';
import type { EmOptions } from './em-run';
import { spaceOf, type Space } from '../../engine/leading-space';

/** What cross-validation chooses from, unless given. */
const SHRINKAGES = [1, 4].flatMap((means) => [0.05, 0.15, 0.4, 0.7].map((covariance) => ({ covariance, means })));

export const emDefaults: EmOptions = {
  iterations: 5,
  leadingRounds: 3,
  folds: 5,
  poolWeight: 0.5,
  sharpening: { features: 1.5, answers: 2 },
  teachers: 10_000,
  shrinkages: SHRINKAGES,
};

/**
 * Gaussian classes with one covariance in at most 256 principal components, learnt by EM from the bought labels, the
 * unlabelled pool and the annotator's answers, which count as likelihood factors of the class. Nothing is tuned but on the
 * bought labels, by cross-validation.
 */
export const mixture = (options: Partial<EmOptions> = {}): Learner => ({
  ...byEm('mixture', { ...emDefaults, ...options }, (task) => task),
  version: 4, // raised when the same task gives another mixture
});

/**
 * Linear discriminant analysis with a shrunk covariance and group-shrunk means, of the bought labels alone; its shrinkage
 * chosen by cross-validation, unless one is given.
 */
export const lda = (options: Partial<Pick<EmOptions, 'shrinkages' | 'folds'>> = {}): Learner => ({
  ...byEm('lda', { ...emDefaults, ...options, iterations: 0 }, withoutAnswers),
  version: 2, // 1: no control; 2: on roots
});

const byEm = (name: string, options: EmOptions, learntFrom: (task: LearningTask) => LearningTask): Learner =>
  onRoots({
    name,
    onlyFine: true,
    fit: async (task) => fittedModel(task, await fitIn(learntFrom(task), options)),
    heldOut: async (task, folds) => (await fitIn(learntFrom(task), { ...options, folds })).mixture.heldOut,
  });

function withoutAnswers(task: LearningTask): LearningTask {
  const copy: { -readonly [name in keyof LearningTask]: LearningTask[name] } = { ...task };
  delete copy.answers;
  return copy;
}

interface Fit {
  readonly space: Space;
  readonly mixture: FittedMixture;
}

export async function fitIn(task: LearningTask, options: EmOptions): Promise<Fit> {
  const space = await spaceOf(task.features, task.engine);
  return { space, mixture: await runEm(task, space, options) };
}

function fittedModel({ hierarchy, engine }: LearningTask, { space, mixture }: Fit): FittedModel {
  const { posterior, likelihood, temperature, discriminant, answerWeights } = mixture;
  return {
    engine: engine.name,
    posterior,
    ...(likelihood && {
      information: (rows) => informationOf(takeRows(posterior, rows), likelihood, answerWeights, engine),
    }),
    hidden: async (features) => unitRows(await space.apply(features)),
    async predict(features) {
      const x = await space.apply(features);
      const fine = await engine.product(x, discriminant.weights, { bias: discriminant.bias });
      for (let at = 0; at < fine.data.length; at++) fine.data[at]! *= temperature;
      softmaxRows(fine);
      return { fine, coarse: sumByGroup(fine, hierarchy.groupOf, hierarchy.coarse.length), hidden: unitRows(x) };
    },
    dispose: () => undefined,
  };
}
