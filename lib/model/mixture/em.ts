import { matrix, row, softmaxRows, type Matrix } from '../../engine/matrix';
import {
  addCounts,
  countSaid,
  estimateLikelihood,
  logLikelihoods,
  type AnswerLikelihood,
  type Known,
} from '../../noise/answer-likelihood';
import { questions, type Said } from '../../noise/said';
import type { LearningTask } from '../learner';
import { arrange, labelledRows, rowsOf, type Arrangement } from './arrange';
import { calibrate, type Score } from './calibrate';
import { discriminant, scatterOf, type Discriminant, type Shrinkage } from './discriminant';
import { addStatistics, statistics, type Statistics } from './statistics';

export interface EmOptions {
  /** Rounds of EM over the pool; 0: the bought labels alone. */
  readonly iterations: number;
  /** Parts of the labels and the pool; each is judged by models of the others. */
  readonly folds: number;
  /** What an unlabelled image counts against a labelled one, times the probability of its likeliest class. */
  readonly poolWeight: number;
  /** Power of an unlabelled image's probabilities before they teach. */
  readonly sharpening: number;
  /** What cross-validation chooses from. */
  readonly shrinkages: readonly Shrinkage[];
}

/** A mixture fitted to labels, a pool and answers. */
export interface FittedMixture {
  readonly discriminant: Discriminant;
  /** Factor on the discriminant's scores. */ readonly temperature: number;
  readonly shrinkage: Shrinkage;
  /** [pool, K], in the pool's order; a labelled row is certain. */ readonly posterior: Matrix;
  readonly likelihood?: AnswerLikelihood;
  /** Of each question's answers, in the order of `questions`. */ readonly answerWeights: Float64Array;
  /** Mean cross-validated log-probability of the labels after each round, in nats. */ readonly history: readonly number[];
}

/** Rounds in which the shrinkage is chosen: by the labels alone, and once the pool has taught. */
const CHOICES: readonly number[] = [0, 2];

const TEMPERATURE = { least: 0.005, most: 1, start: 0.1 };
const ANSWER = { least: 0, most: 2, start: 0.5 };

/**
 * Semi-supervised EM with cross-fitting. Every fold's rows are judged by the classes and the noise model that the other
 * folds teach; on the labels among them the temperature and the answers' weights are calibrated, and the
 * shrinkage is chosen; then the unlabelled rows, by what they are now thought to be, teach along. The classes are at last
 * those of all folds. A known flaw: from the second round on a held-out label reaches its judge through pool rows of other
 * folds, so temperature and weights are chosen on optimistic scores, and the posterior may be too sure.
 */
export async function runEm(task: LearningTask, pool: Matrix, options: EmOptions): Promise<FittedMixture> {
  const { hierarchy, engine, answers } = task;
  const K = hierarchy.fine.length;
  const arranged = arrange(task, pool, options.folds);
  const { order, folds, labels, x } = arranged;
  const said = answers ? questions(answers, hierarchy) : [];
  const places = placesOf(order, pool.rows, answers?.rows);
  const shares = labelShares(arranged, K);
  const scores = matrix(order.length, K);
  const factors = said.map(() => matrix(order.length, K));
  const history: number[] = [];
  let shrinkage = options.shrinkages[0]!;
  let weights = new Float64Array(1 + said.length);
  for (let round = 0; round <= options.iterations; round++) {
    const supervised = round === 0;
    const taught: Statistics[] = [];
    for (const fold of folds)
      taught.push(await statistics(rowsOf(x, fold, supervised), rowsOf(shares, fold, supervised), engine));
    const others = folds.map((_, f) => addStatistics(taught.filter((_, g) => g !== f)));
    await judgeAnswers(said, factors, { task, arranged, shares, places, supervised });
    const known = factors.map((factor) => ({ ...ANSWER, values: labelledRows(factor, folds) }));
    if (options.shrinkages.length > 1 && CHOICES.includes(round))
      shrinkage = await chooseShrinkage(arranged, others, known, task, options.shrinkages);
    for (const [f, fold] of folds.entries()) {
      const { weights: W, bias } = await discriminant(
        await scatterOf(others[f]!, hierarchy, shrinkage.means, engine),
        shrinkage.covariance,
        engine,
      );
      await engine.product(rowsOf(x, fold), W, { bias, out: rowsOf(scores, fold) });
    }
    const calibration = calibrate([{ ...TEMPERATURE, values: labelledRows(scores, folds) }, ...known], labels);
    weights = Float64Array.from(calibration.weights);
    history.push(calibration.logLikelihood);
    if (round < options.iterations) teach(shares, [scores, ...factors], weights, arranged, options);
  }
  const all = await statistics(x, shares, engine);
  const scatter = await scatterOf(all, hierarchy, shrinkage.means, engine);
  const known: Known = { images: places, shares };
  return {
    discriminant: await discriminant(scatter, shrinkage.covariance, engine),
    ...{ temperature: weights[0]!, shrinkage, history, answerWeights: weights.slice(1) },
    posterior: posteriorOf([scores, ...factors], weights, arranged),
    ...(said.length > 0 && { likelihood: estimateLikelihood(said, hierarchy, [known]) }),
  };
}

/** Where each arranged row's answers stand, -1 if it has none. */
function placesOf(order: Int32Array, pool: number, rows: Int32Array = new Int32Array(0)): Int32Array {
  const place = new Int32Array(pool).fill(-1);
  rows.forEach((i, at) => (place[i] = at));
  return order.map((i) => place[i]!);
}

/** [n, K]: 1 for a labelled row's class, 0 for all else. */
function labelShares({ order, folds, labels }: Arrangement, K: number): Matrix {
  const shares = matrix(order.length, K);
  let at = 0;
  for (const { from, labelled } of folds) for (let i = from; i < labelled; i++) shares.data[i * K + labels[at++]!] = 1;
  return shares;
}

interface Judged {
  readonly task: LearningTask;
  readonly arranged: Arrangement;
  readonly shares: Matrix;
  readonly places: Int32Array;
  readonly supervised: boolean;
}

/** Fills each question's factors [n, K], every fold's by the noise model of the others. */
async function judgeAnswers(
  said: readonly Said[],
  factors: readonly Matrix[],
  { task, arranged: { folds }, shares, places, supervised }: Judged,
): Promise<void> {
  if (!said.length) return;
  const known = folds.map((fold): Known => {
    const images = places.subarray(fold.from, supervised ? fold.labelled : fold.to);
    return { images, shares: rowsOf(shares, fold, supervised) };
  });
  const counts = known.map((part) => countSaid(said, part));
  for (const [f, fold] of folds.entries()) {
    const but = <T>(parts: readonly T[]): T[] => parts.filter((_, g) => g !== f);
    const likelihood = estimateLikelihood(said, task.hierarchy, but(known), addCounts(but(counts)));
    logLikelihoods(said, likelihood, places.subarray(fold.from, fold.to)).forEach((logs, q) =>
      rowsOf(factors[q]!, fold).data.set(logs.data),
    );
  }
}

/** The shrinkage under which the labels, each judged by the other folds, are likeliest; the first of equals. */
async function chooseShrinkage(
  { folds, labels, x }: Arrangement,
  others: readonly Statistics[],
  known: readonly Score[],
  { hierarchy, engine }: LearningTask,
  shrinkages: readonly Shrinkage[],
): Promise<Shrinkage> {
  let [best, highest] = [shrinkages[0]!, -Infinity];
  const scatters = new Map<number, Awaited<ReturnType<typeof scatterOf>>[]>();
  for (const shrinkage of shrinkages) {
    const { means, covariance } = shrinkage;
    if (!scatters.has(means))
      scatters.set(means, await Promise.all(others.map((part) => scatterOf(part, hierarchy, means, engine))));
    const values = matrix(labels.length, hierarchy.fine.length);
    let at = 0;
    for (const [f, fold] of folds.entries()) {
      const { weights, bias } = await discriminant(scatters.get(means)![f]!, covariance, engine);
      const part = await engine.product(rowsOf(x, fold, true), weights, { bias });
      values.data.set(part.data, at);
      at += part.data.length;
    }
    const { logLikelihood } = calibrate([{ ...TEMPERATURE, values }, ...known], labels);
    if (logLikelihood > highest + 1e-9) [best, highest] = [shrinkage, logLikelihood];
  }
  return best;
}

/** Weighted sums of the scores of arranged row i, times `power`, as probabilities. */
function probabilities(scores: readonly Matrix[], weights: Float64Array, i: number, power: number, out: Matrix): void {
  out.data.fill(0);
  scores.forEach((score, f) => {
    const values = row(score, i);
    for (let k = 0; k < values.length; k++) out.data[k]! += power * weights[f]! * values[k]!;
  });
  softmaxRows(out);
}

/** Sets what each unlabelled row teaches: its sharpened probabilities, times the largest, times the pool's weight. */
function teach(
  shares: Matrix,
  scores: readonly Matrix[],
  weights: Float64Array,
  { folds }: Arrangement,
  { sharpening, poolWeight }: EmOptions,
): void {
  const p = matrix(1, shares.columns);
  for (const { labelled, to } of folds)
    for (let i = labelled; i < to; i++) {
      probabilities(scores, weights, i, sharpening, p);
      const weight = poolWeight * p.data.reduce((most, value) => Math.max(most, value), 0);
      const own = row(shares, i);
      for (let k = 0; k < own.length; k++) own[k] = weight * p.data[k]!;
    }
}

/** [pool, K] in the pool's order. */
function posteriorOf(scores: readonly Matrix[], weights: Float64Array, { order, folds, labels }: Arrangement): Matrix {
  const K = scores[0]!.columns;
  const posterior = matrix(order.length, K);
  const p = matrix(1, K);
  let at = 0;
  for (const { from, labelled, to } of folds)
    for (let i = from; i < to; i++) {
      if (i < labelled) p.data.fill(0)[labels[at++]!] = 1;
      else probabilities(scores, weights, i, 1, p);
      row(posterior, order[i]!).set(p.data);
    }
  return posterior;
}
