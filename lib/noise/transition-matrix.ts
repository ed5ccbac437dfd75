import { matrix, type Matrix } from '../engine/matrix';
import { sum } from '../numbers';
import { countAnswers, type TrustedAnswers } from './answers';
import { dirichletRows, posteriorMean, type DirichletRows, type Strength } from './dirichlet';

export { countAnswers, kappa, type TrustedAnswers } from './answers';

export interface TransitionOptions {
  /** Weight of the prior of each row, in trusted answers (our choice; an ablation). Default 4. */
  strength?: Strength;
  /** Gives T one more column, the last: "an answer outside the list". Default: only if there was one. */
  outside?: boolean;
}

/**
 * The transition matrix T, row-stochastic: T[i][j] = P(the annotator says j | the true group is i), [C, C] or [C, C + 1].
 * Each row is the posterior mean under a Dirichlet prior of `strength` answers, whose mean puts the annotator's overall
 * accuracy on the diagonal and the rest where its answers go anyway; so a group without trusted images gets the prior.
 * Source: T as in Patrini et al. (CVPR 2017), section 3, but counted on trusted images; the prior is our choice.
 * @example
 * const T = estimateTransition({ groups: Int32Array.of(0, 0, 1), answers: Int32Array.of(0, 1, 1) }, 2); // [2, 2]
 */
export function estimateTransition(trusted: TrustedAnswers, coarse: number, options: TransitionOptions = {}): Matrix {
  return posteriorMean(transitionRows(trusted, coarse, options));
}

/** The posterior of which {@link estimateTransition} is the mean. */
export function transitionRows(
  trusted: TrustedAnswers,
  coarse: number,
  { strength = 4, outside = trusted.answers.includes(-1) }: TransitionOptions = {},
): DirichletRows {
  const counts = countAnswers(trusted, coarse, outside ? coarse + 1 : coarse);
  return dirichletRows(counts, accuracyPrior(counts), strength);
}

/** Prior mean: accuracy * e_i + (1 - accuracy) * marginal, both estimated over all rows with one pseudo-answer. */
function accuracyPrior(counts: Matrix): Matrix {
  const { rows: coarse, columns } = counts;
  let total = 0;
  let right = 0;
  const marginal = new Float64Array(columns).fill(0.5);
  for (let i = 0; i < coarse; i++)
    for (let j = 0; j < columns; j++) {
      const n = counts.data[i * columns + j]!;
      total += n;
      marginal[j]! += n;
      if (i === j) right += n;
    }
  const accuracy = (right + 1) / (total + 2);
  const mass = sum(marginal);
  const prior = matrix(coarse, columns);
  for (let i = 0; i < coarse; i++)
    for (let j = 0; j < columns; j++)
      prior.data[i * columns + j] = (i === j ? accuracy : 0) + ((1 - accuracy) * marginal[j]!) / mass;
  return prior;
}

/** T of an annotator that is always right. */
export function identityTransition(coarse: number): Matrix {
  const T = matrix(coarse, coarse);
  for (let i = 0; i < coarse; i++) T.data[i * T.columns + i] = 1;
  return T;
}
