import { CholeskyDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { matrix, row, type Matrix } from '../engine/matrix';
import type { Hierarchy } from '../data/hierarchy';
import type { LabelledRows, TrainingSet } from './training-set';

/** The part of a {@link TrainingSet} that class means are fitted to; `inputs` take the place of its features. */
export type MeansSet = Pick<TrainingSet, 'hierarchy' | 'transition' | 'weakTrust'> & {
  /** [n, D], whitened and centred: within a class, unit scatter around its mean. */
  readonly inputs: Matrix;
  /** Labels of rows of `inputs`. */
  readonly full: LabelledRows;
  readonly weak: LabelledRows;
};

/**
 * The mean of every fine class in closed form, [K, D]: a Gaussian posterior mean under the model x ~ N(class mean, I),
 * class mean ~ N(group mean, I / pull), group mean ~ N(0, I). So a class with n full labels is pulled to its group's
 * mean as by `pull` more images there, and weak labels teach the groups' means: the mean of the images with answer j is
 * a mix of all groups' means, by P(group | answer) as T and the full labels' group counts have it (weighted least squares).
 * Our choice: linear discriminant analysis with group-shrunk means does as well as a network on few labels here.
 */
export function classMeans(set: MeansSet, pull: number): Matrix {
  const { hierarchy, inputs, full } = set;
  const [K, D] = [hierarchy.fine.length, inputs.columns];
  const classes = sumsByLabel(inputs, full, K);
  const groups = groupMeans(set, classes, pull);
  const means = matrix(K, D);
  for (let k = 0; k < K; k++) {
    const [n, sum, mean] = [classes.counts[k]!, classes.rows[k]!, row(means, k)];
    const group = hierarchy.groupOf[k]!;
    for (let j = 0; j < D; j++) mean[j] = (sum[j]! + pull * groups.get(group, j)) / (n + pull);
  }
  return means;
}

interface Sums {
  readonly counts: Float64Array;
  readonly rows: readonly Float64Array[];
}

/** Sums of the rows with each label 0 .. labels - 1; others are left out. */
function sumsByLabel(inputs: Matrix, { rows, labels: given }: LabelledRows, labels: number): Sums {
  const sums = {
    counts: new Float64Array(labels),
    rows: Array.from({ length: labels }, () => new Float64Array(inputs.columns)),
  };
  rows.forEach((i, at) => {
    const sum = sums.rows[given[at]!];
    if (!sum) return;
    sums.counts[given[at]!]!++;
    const values = row(inputs, i);
    for (let j = 0; j < values.length; j++) sum[j]! += values[j]!;
  });
  return sums;
}

/** [C, D], the group means' posterior mean given the sums of the full-labelled classes. */
function groupMeans(
  { hierarchy, transition, weakTrust = 1, inputs, weak }: MeansSet,
  classes: Sums,
  pull: number,
): MlMatrix {
  const [C, D] = [hierarchy.coarse.length, inputs.columns];
  const precision = MlMatrix.eye(C, C); // of the prior
  const target = MlMatrix.zeros(C, D);
  classes.rows.forEach((sum, k) => {
    const [n, group] = [classes.counts[k]!, hierarchy.groupOf[k]!];
    const weight = pull / (n + pull); // the mean of n images scatters by 1 / n + 1 / pull around the group's
    precision.set(group, group, precision.get(group, group) + weight * n);
    for (let j = 0; j < D; j++) target.set(group, j, target.get(group, j) + weight * sum[j]!);
  });
  const weight = (weakTrust * pull) / (1 + pull);
  const answers = transition?.columns ?? C;
  const labels = weak.labels.map((answer) => (answer < 0 ? C : answer)); // an answer outside the list has column C, or none
  const sums = sumsByLabel(inputs, { rows: weak.rows, labels }, answers);
  const shares = groupShares(hierarchy, classes);
  sums.rows.forEach((sum, answer) => {
    const n = sums.counts[answer]!;
    if (n === 0) return;
    const given = groupsGivenAnswer(shares, transition, answer);
    given.forEach((p, g) => {
      given.forEach((q, h) => precision.set(g, h, precision.get(g, h) + weight * n * (p * q)));
      for (let j = 0; j < D; j++) target.set(g, j, target.get(g, j) + weight * p * sum[j]!);
    });
  });
  return new CholeskyDecomposition(precision).solve(target);
}

/** How common each group is, by the full labels and one more of each. */
function groupShares({ groupOf, coarse }: Hierarchy, { counts }: Sums): Float64Array {
  const shares = new Float64Array(coarse.length).fill(1);
  counts.forEach((n, k) => (shares[groupOf[k]!]! += n));
  return shares;
}

/** P(group | answer) by Bayes' rule; without T, the answer is the group. */
function groupsGivenAnswer(shares: Float64Array, transition: Matrix | undefined, answer: number): Float64Array {
  const likely = shares.map((share, g) =>
    transition ? share * transition.data[g * transition.columns + answer]! : Number(g === answer),
  );
  const sum = likely.reduce((total, p) => total + p, 0);
  return sum > 0 ? likely.map((p) => p / sum) : likely;
}
