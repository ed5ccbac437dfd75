import type { Matrix } from '../../engine/matrix';
import type { AnswerLikelihood } from '../../noise/answer-likelihood';
import type { Space } from '../../engine/leading-space';
import type { LearningTask } from '../learner';
import type { Discriminant, Shrinkage } from './discriminant';
import { EmRun, type EmOptions } from './em-run';

/** A mixture fitted to labels, a pool and answers. */
export interface FittedMixture {
  readonly discriminant: Discriminant;
  /** Factor on the discriminant's scores where no answers stand beside them. */ readonly temperature: number;
  readonly shrinkage: Shrinkage;
  /** [pool, K]; a labelled row is certain. */ readonly posterior: Matrix;
  readonly likelihood?: AnswerLikelihood;
  /** Of each question's answers, in the order of the likelihood's tables. */ readonly answerWeights: Float64Array;
  /** [labels, K], in the order of the task's: what chains that have not seen a label say of its image. */ readonly heldOut: Matrix;
}

/** Rounds in which the shrinkage is chosen: by the labels alone (unless answers lead), and once the pool has taught. */
const CHOICES: readonly number[] = [0, 2];

/**
 * Semi-supervised EM. Beside the chain that learns from all labels runs one for each fold of them that never sees the fold's
 * labelled images, so that a label reaches its judge by nothing but a few scalars: on all of them, each judged by its
 * own fold's chain, the temperature and the weights of the answers are calibrated in every round, and the shrinkage is
 * chosen. Then the unlabelled images, by what each chain takes them for, teach it along.
 *
 * Where answers teach, they lead. Shrunk as few labels want it, the features look so trustworthy that the pool is taken for
 * what they say, which the answers then learn to echo; so the first rounds shrink the covariance least. Features fitted
 * that closely predict unseen labels badly and get little weight; what is learnt are the answers' tables. With these the classes start over.
 */
export async function runEm(task: LearningTask, space: Space, options: EmOptions): Promise<FittedMixture> {
  const run = await EmRun.begin(task, space, options);
  const { shrinkages, iterations } = options;
  let shrinkage = shrinkages[0]!;
  const answersLead = run.answered && iterations > 0 && options.leadingRounds > 0;
  if (answersLead) {
    shrinkage = closestFit(shrinkages);
    for (let round = 0; round < options.leadingRounds; round++) {
      const judges = await run.judges(shrinkage);
      await run.teach(judges, run.weigh(await run.heldOut(judges)));
    }
    run.startOver();
  }
  for (let round = 0; ; round++) {
    const choice = CHOICES.includes(round) && !(answersLead && round === 0);
    if (choice && shrinkages.length > 1) shrinkage = await run.chooseShrinkage();
    const judges = await run.judges(shrinkage);
    const scores = await run.heldOut(judges);
    const weights = run.weigh(scores);
    if (round < iterations) {
      await run.teach(judges, weights);
      continue;
    }
    const { discriminant, likelihood } = judges.at(-1)!;
    return {
      discriminant,
      temperature: weights.features * weights.alone,
      shrinkage,
      heldOut: run.blind(scores, weights),
      answerWeights: weights.answers.slice(),
      posterior: await run.posterior(judges.at(-1)!, weights),
      ...(likelihood && { likelihood }),
    };
  }
}

/** The covariance of the least shrinkage, the means of the most: classes of few labels lie as their group does. */
const closestFit = (shrinkages: readonly Shrinkage[]): Shrinkage => ({
  covariance: Math.min(...shrinkages.map(({ covariance }) => covariance)),
  means: Math.max(...shrinkages.map(({ means }) => means)),
});
