import { matrix, row, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import { sum } from '../numbers';

/** Weight of a row's prior, in answers; `empirical-bayes`: what makes the observed answers likeliest. */
export type Strength = number | 'empirical-bayes';

/** @throws InputError for a number below 0, or a word that is not known. */
export function checkStrength(strength: Strength, name = 'strength of the prior'): void {
  check(
    strength === 'empirical-bayes' || (typeof strength === 'number' && strength >= 0 && strength < Infinity),
    `Unexpected ${name}: ${strength}; expected a number of answers, 0 or more, or "empirical-bayes"`,
  );
}

/**
 * Rows of probabilities, each known up to a Dirichlet distribution with the parameters `counts[i] + strength * prior[i]`
 * (the prior is conjugate to answers that are drawn independently; Gelman et al., Bayesian Data Analysis, section 3.4).
 */
export interface DirichletRows {
  /** [rows, columns]: how often each answer was seen */ readonly counts: Matrix;
  /** [rows, columns], row-stochastic: the prior's mean */ readonly prior: Matrix;
  readonly strength: number;
}

/** The posterior of rows of which `counts` were seen. */
export function dirichletRows(counts: Matrix, prior: Matrix, strength: Strength): DirichletRows {
  checkStrength(strength);
  return { counts, prior, strength: strength === 'empirical-bayes' ? empiricalStrength(counts, prior) : strength };
}

/** Sum of a row's parameters: its answers and the prior's strength. */
export function concentration({ counts, strength }: DirichletRows, i: number): number {
  return sum(row(counts, i)) + strength;
}

/** The posterior mean of every row; the prior's for a row of which nothing is known. */
export function posteriorMean(rows: DirichletRows): Matrix {
  const { counts, prior, strength } = rows;
  const mean = matrix(counts.rows, counts.columns);
  for (let i = 0; i < counts.rows; i++) {
    const total = concentration(rows, i);
    for (let j = 0; j < counts.columns; j++) {
      const at = i * counts.columns + j;
      mean.data[at] = total > 0 ? (counts.data[at]! + strength * prior.data[at]!) / total : prior.data[at]!;
    }
  }
  return mean;
}

/** Strengths that empirical Bayes chooses from: 1/8 to 1024 answers, four to each doubling. */
export const STRENGTHS: readonly number[] = Array.from({ length: 4 * 13 + 1 }, (_, i) => 2 ** (i / 4 - 3));

/**
 * The strength under which the observed answers are likeliest; of equals, and where no row has two answers, so that they
 * say nothing of it, the largest: rows are held alike until they are seen to differ.
 */
function empiricalStrength(counts: Matrix, prior: Matrix): number {
  let [best, highest] = [0, -Infinity];
  for (const strength of STRENGTHS) {
    const value = logMarginalLikelihood(counts, prior, strength);
    if (value > highest - 1e-9) best = strength;
    highest = Math.max(highest, value);
  }
  return best;
}

/**
 * log P(the answers | prior mean, strength > 0), in the order they came, with every row's probabilities integrated out:
 * the Dirichlet-multinomial likelihood without its multinomial coefficients, which no strength changes (Minka,
 * "Estimating a Dirichlet distribution", 2000, equation 53). Counts are whole, so ratios of gamma functions are products.
 */
export function logMarginalLikelihood(counts: Matrix, prior: Matrix, strength: number): number {
  let likelihood = 0;
  for (let i = 0; i < counts.rows; i++) {
    const answers = row(counts, i);
    answers.forEach((n, j) => (likelihood += logRising(strength * row(prior, i)[j]!, n)));
    likelihood -= logRising(strength, sum(answers));
  }
  return likelihood;
}

/** log (a (a + 1) ... (a + n - 1)) = log gamma(a + n) - log gamma(a). */
function logRising(a: number, n: number): number {
  let logarithm = 0;
  for (let t = 0; t < n; t++) logarithm += Math.log(a + t);
  return logarithm;
}
