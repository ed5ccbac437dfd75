import type { Hierarchy } from '../data/hierarchy';
import { matrix, row, takeRows, type Matrix } from '../engine/matrix';
import { countAnswersByClass } from './answers';
import { dirichletRows, posteriorMean, type DirichletRows, type Strength } from './dirichlet';
import { estimateTransition } from './transition-matrix';

/** `answers[i]` is what the annotator called trusted image i, whose true fine class is `classes[i]`. */
export interface TrustedClasses {
  /** [n], 0 .. K-1 */ readonly classes: Int32Array;
  /** [n], 0 .. C-1; -1 = outside the list */ readonly answers: Int32Array;
}

export interface ClassTransitionOptions {
  /** Of the prior of a group's row. Default 4. */
  strength?: Strength;
  /** Of a class's pull towards its group's row, in trusted answers. Default: empirical Bayes. */
  classStrength?: Strength;
  outside?: boolean;
}

/**
 * T per fine class, [K, C] or [K, C + 1], row-stochastic: row k = P(the annotator says j | the true class is k), for
 * annotators that err on some classes of a group more than on others. The posterior under a Dirichlet prior whose mean is
 * the group's row as {@link estimateTransition} gives it (ours, beyond the paper).
 */
export function classTransitionRows(
  { classes, answers }: TrustedClasses,
  { fine, coarse, groupOf }: Hierarchy,
  { strength = 4, classStrength = 'empirical-bayes', outside = answers.includes(-1) }: ClassTransitionOptions = {},
): DirichletRows {
  const size = [fine.length, coarse.length] as const;
  const counts = countAnswersByClass(classes, answers, size, coarse.length + (outside ? 1 : 0));
  const groups = classes.map((k) => groupOf[k]!);
  const groupRows = estimateTransition({ groups, answers }, coarse.length, { strength, outside });
  return dirichletRows(counts, takeRows(groupRows, groupOf), classStrength);
}

/** The mean of {@link classTransitionRows}. */
export function estimateClassTransition(
  trusted: TrustedClasses,
  hierarchy: Hierarchy,
  options: ClassTransitionOptions = {},
): Matrix {
  return posteriorMean(classTransitionRows(trusted, hierarchy, options));
}

/**
 * T per group from T per class: the mean over the group's classes, for a coarse head, which does not know the class.
 * Every class counts alike, as in the data sets and in the class-balanced losses, not by how many of its images a
 * strategy happened to buy (post-stratification).
 */
export function averageByGroup(classRows: Matrix, { coarse, groupOf }: Pick<Hierarchy, 'coarse' | 'groupOf'>): Matrix {
  const T = matrix(coarse.length, classRows.columns);
  const sizes = new Int32Array(coarse.length);
  groupOf.forEach((group) => sizes[group]!++);
  groupOf.forEach((group, k) =>
    row(classRows, k).forEach((p, j) => (T.data[group * T.columns + j]! += p / sizes[group]!)),
  );
  return T;
}
