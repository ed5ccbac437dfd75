import { matrix, row, type Matrix } from '../engine/matrix';
import { check } from '../errors';

/** What the trusted set says of an annotator: `answers[i]` is what it called image i, whose true group is `groups[i]`. */
export interface TrustedAnswers {
  /** [n], 0 .. C-1 */ readonly groups: Int32Array;
  /** [n], 0 .. C-1; -1 = outside the list */ readonly answers: Int32Array;
}

export interface TransitionOptions {
  /** Weight of the prior of each row, in trusted answers (our choice; an ablation). Default 4. */
  strength?: number;
  /** Gives T one more column, the last: "an answer outside the list". Default: only if there was one. */
  outside?: boolean;
}

/**
 * The transition matrix T, row-stochastic: T[i][j] = P(the annotator says j | the true group is i), [C, C] or [C, C + 1].
 * Each row is the posterior mean under a Dirichlet prior of `strength` answers, whose mean puts the annotator's overall
 * accuracy on the diagonal and the rest where its answers go anyway; so a group without trusted images gets the prior.
 * Source: T as in Patrini et al. (CVPR 2017), section 3, but counted on trusted images; the prior is our choice.
 */
export function estimateTransition(trusted: TrustedAnswers, coarse: number, options: TransitionOptions = {}): Matrix {
  const { strength = 4, outside = trusted.answers.includes(-1) } = options;
  check(strength >= 0, `Unexpected strength of the prior: ${strength}; expected 0 or more`);
  const columns = outside ? coarse + 1 : coarse;
  const counts = countAnswers(trusted, coarse, columns);
  const prior = priorRows(counts);
  const T = matrix(coarse, columns);
  for (let i = 0; i < coarse; i++) {
    const total = row(counts, i).reduce((sum, n) => sum + n, 0) + strength;
    for (let j = 0; j < columns; j++) {
      const at = i * columns + j;
      T.data[at] = total > 0 ? (counts.data[at]! + strength * prior.data[at]!) / total : prior.data[at]!;
    }
  }
  return T;
}

/** How often the annotator answered j for an image of group i, [C, columns]; outside answers in the last column. */
export function countAnswers({ groups, answers }: TrustedAnswers, coarse: number, columns = coarse): Matrix {
  check(groups.length === answers.length, `${groups.length} groups but ${answers.length} answers; expected one each`);
  const counts = matrix(coarse, columns);
  groups.forEach((group, n) => {
    const answer = answers[n]! < 0 ? coarse : answers[n]!;
    check(group >= 0 && group < coarse, `Unexpected true group: ${group}; expected 0 to ${coarse - 1}`);
    check(
      answer < columns,
      `Unexpected answer: ${answers[n]}; expected 0 to ${columns - 1}, or a column for outside ones`,
    );
    counts.data[group * columns + answer]! += 1;
  });
  return counts;
}

/** Prior mean: accuracy * e_i + (1 - accuracy) * marginal, both estimated over all rows with one pseudo-answer. */
function priorRows(counts: Matrix): Matrix {
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
  const mass = marginal.reduce((sum, n) => sum + n, 0);
  const prior = matrix(coarse, columns);
  for (let i = 0; i < coarse; i++)
    for (let j = 0; j < columns; j++)
      prior.data[i * columns + j] = (i === j ? accuracy : 0) + ((1 - accuracy) * marginal[j]!) / mass;
  return prior;
}

/**
 * Cohen's kappa of the annotator with the truth on the trusted set: agreement beyond chance, 1 = always, 0 = chance,
 * below 0 = worse. Outside answers never agree. NaN-free: 0 where chance alone already explains everything.
 */
export function kappa(trusted: TrustedAnswers, coarse: number): number {
  const n = trusted.groups.length;
  if (n === 0) return 0;
  const counts = countAnswers(trusted, coarse, coarse + 1);
  let agreed = 0;
  let chance = 0;
  for (let i = 0; i < coarse; i++) {
    agreed += counts.data[i * (coarse + 1) + i]!;
    let said = 0;
    for (let k = 0; k < coarse; k++) said += counts.data[k * (coarse + 1) + i]!;
    chance += (row(counts, i).reduce((sum, x) => sum + x, 0) * said) / (n * n);
  }
  return chance < 1 ? (agreed / n - chance) / (1 - chance) : 0;
}
