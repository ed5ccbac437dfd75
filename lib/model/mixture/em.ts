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
  /** Mean cross-validated log-probability of the labels after each round, in nats. */ readonly history: readonly number[];
}

/** Rounds in which the shrinkage is chosen: by the labels alone, and once the pool has taught. */
const CHOICES: readonly number[] = [0, 2];

/**
 * Semi-supervised EM. Beside the chain that learns from all labels runs one for each fold of them that never sees the fold's
 * labelled images, so that a label reaches its judge by nothing but a few scalars: on all of them, each judged by its
 * own fold's chain, the temperature and the weights of the answers are calibrated in every round, and the shrinkage is
 * chosen. Then the unlabelled images, by what each chain takes them for, teach it along.
 */
export async function runEm(task: LearningTask, space: Space, options: EmOptions): Promise<FittedMixture> {
  const run = await EmRun.begin(task, space, options);
  const history: number[] = [];
  let shrinkage = options.shrinkages[0]!;
  for (let round = 0; ; round++) {
    if (options.shrinkages.length > 1 && CHOICES.includes(round)) shrinkage = await run.chooseShrinkage();
    const judges = await run.judges(shrinkage);
    const scores = await run.heldOut(judges);
    const weights = run.weigh(scores);
    history.push(weights.logLikelihood);
    if (round < options.iterations) {
      await run.teach(judges, weights);
      continue;
    }
    const { discriminant, likelihood } = judges.at(-1)!;
    return {
      discriminant,
      temperature: weights.features * weights.alone,
      shrinkage,
      history,
      heldOut: run.blind(scores, weights),
      answerWeights: weights.answers.slice(),
      posterior: await run.posterior(judges.at(-1)!, weights),
      ...(likelihood && { likelihood }),
    };
  }
}
