import { matrix, row, stacked, takeRows, type Matrix } from '../../engine/matrix';
import { softmaxRowsFast } from '../../engine/softmax';
import { addCounts, type AnswerCounts, type AnswerLikelihood } from '../../noise/answer-likelihood';
import type { Space } from '../../engine/leading-space';
import type { LearningTask } from '../learner';
import { Answers } from './answers';
import { calibrate, type Calibration, type Score } from './calibrate';
import { discriminant, scatterOf, type Scatter, type Shrinkage } from './discriminant';
import { foldsOf, joined, type Labelled } from './folds';
import { eachBlock, scoresOf, type Judge } from './judge';
import { teachersOf } from './teachers';
import { ClassSums, combined, productsOf, statisticsOf, type Statistics } from './statistics';
import { sharpened, type Calibrated, type Sharpening, type Weights } from './weights';

export interface EmOptions {
  /** Rounds of EM over the pool; 0: the bought labels alone. */
  readonly iterations: number;
  /** Rounds before them, only where there are answers: for the answers' tables alone. */
  readonly leadingRounds: number;
  /** Parts of the labels; each is judged by models that have seen none of it. */
  readonly folds: number;
  /** What an unlabelled image counts against a labelled one. */
  readonly poolWeight: number;
  readonly sharpening: Sharpening;
  /** Unlabelled images that teach, at most: more change little and take long. */
  readonly teachers: number;
  /** What cross-validation chooses from. */
  readonly shrinkages: readonly Shrinkage[];
}

const TEMPERATURE = { least: 0.005, most: 1, start: 0.1 };
const ANSWER = { least: 0, most: 2, start: 0.5 };

/** What the classes and the noise model are estimated from. */
interface Taught {
  readonly statistics: Statistics;
  readonly answers: AnswerCounts;
}

/** The unlabelled images that teach. */
interface Teachers {
  /** Pool rows, ascending. */ readonly rows: Int32Array;
  readonly x: Matrix;
  /** Sum of x x': the same whatever the images are taken for, since each counts as one. */
  readonly products: Float64Array;
}

/** The rounds' state; each chain has its statistics. For tests, steps can be taken one by one. */
export class EmRun {
  /** By chain, the last one has seen all labels: what these alone teach, and what the pool teaches with them. */
  private readonly fromLabels: readonly Taught[];
  private taught: readonly Taught[];
  /** The last weights of features and answers: the next ones are near. */
  private near: Float64Array | undefined;
  /** All folds as one. */
  private readonly labelled: Labelled;
  /** The folds that each chain sees. */
  private readonly chains: readonly (readonly number[])[];

  private constructor(
    private readonly task: LearningTask,
    private readonly space: Space,
    private readonly options: EmOptions,
    private readonly folds: readonly Labelled[],
    private readonly answers: Answers,
    /** What each fold's labels teach. */
    ofFolds: readonly Taught[],
    private readonly teachers: Teachers,
  ) {
    this.labelled = joined(folds);
    const all = Array.from(folds.keys());
    this.chains = [...all.map((f) => all.filter((g) => g !== f)), all];
    this.fromLabels = this.chains.map((seen) => ({
      statistics: combined(seen.map((f) => [1, ofFolds[f]!.statistics])),
      answers: addCounts(seen.map((f) => [1, ofFolds[f]!.answers])),
    }));
    this.taught = this.fromLabels;
  }

  static async begin(task: LearningTask, space: Space, options: EmOptions): Promise<EmRun> {
    const { pool } = space;
    const K = task.hierarchy.fine.length;
    const folds = foldsOf(task, pool.rows, options.folds);
    const answers = new Answers(task.answers, task.hierarchy, pool.rows, task.everything);
    const ofFolds: Taught[] = [];
    for (const fold of folds)
      ofFolds.push({
        statistics: await statisticsOf(takeRows(pool, fold.rows), fold.labels, K, task.engine),
        answers: answers.countLabelled(fold),
      });
    const labelled = new Set(joined(folds).rows);
    const rows = teachersOf(
      pool.rows,
      options.teachers,
      (i) => labelled.has(i),
      (i) => answers.has(i),
      task.random,
    );
    const x = takeRows(pool, rows);
    const teachers = { rows, x, products: await productsOf(x, task.engine) };
    return new EmRun(task, space, options, folds, answers, ofFolds, teachers);
  }

  /** Whether there are answers to learn from. */
  get answered(): boolean {
    return this.answers.said.length > 0;
  }

  /** Each chain's classes and noise model. */
  async judges({ means, covariance }: Shrinkage): Promise<readonly Judge[]> {
    const { hierarchy, engine } = this.task;
    const judges: Judge[] = [];
    for (const [c, { statistics }] of this.taught.entries()) {
      const scatter = await scatterOf(statistics, hierarchy, means, engine);
      judges.push({
        discriminant: await discriminant(scatter, covariance, engine),
        likelihood: this.likelihood(c),
      });
    }
    return judges;
  }

  /** The noise model of a chain. */
  private likelihood(chain: number): AnswerLikelihood | undefined {
    const seen = this.chains[chain]!.map((f) => this.folds[f]!);
    return this.answers.likelihood(this.taught[chain]!.answers, seen);
  }

  /** The scores of all labelled images, each by the chain that has not seen its fold. */
  async heldOut(judges: readonly Judge[]): Promise<readonly Score[]> {
    const parts: Matrix[][] = [];
    for (const [f, { rows }] of this.folds.entries()) {
      const { discriminant, likelihood } = judges[f]!;
      parts.push([
        await scoresOf(takeRows(this.space.pool, rows), discriminant, this.task.engine),
        ...this.answers.logsOf(rows, likelihood),
      ]);
    }
    return parts[0]!.map((_, s) => ({ ...(s ? ANSWER : TEMPERATURE), values: stacked(parts.map((part) => part[s]!)) }));
  }

  /** The weights of all scores together, and of the features' by themselves: their own temperature. */
  weigh(scores: readonly Score[]): Calibrated {
    const { weights, logLikelihood } = this.calibrate(scores);
    const [features, answers] = [weights[0]!, weights.subarray(1)];
    const alone = answers.length ? calibrate([scores[0]!], this.labelled.labels).weights[0]! / features : 1;
    return { features, answers, alone, logLikelihood };
  }

  private calibrate(scores: readonly Score[]): Calibration {
    const found = calibrate(scores, this.labelled.labels, this.near);
    if (scores.length > 1) this.near = found.weights;
    return found;
  }

  /** Probabilities [labels, K] by the weighted scores of all labelled images, in the order of the task's labels. */
  blind(scores: readonly Score[], { features, answers, alone }: Weights): Matrix {
    const { rows } = this.labelled;
    const K = this.task.hierarchy.fine.length;
    const inFolds = matrix(rows.length, K);
    for (const [s, { values }] of scores.entries())
      rows.forEach((image, i) => {
        const weight = s ? answers[s - 1]! : this.answers.has(image) ? features : features * alone;
        for (let at = i * K; at < (i + 1) * K; at++) inFolds.data[at]! += weight * values.data[at]!;
      });
    const places = new Map(Array.from(rows, (row, at) => [row, at]));
    return takeRows(
      softmaxRowsFast(inFolds),
      Int32Array.from(this.task.full.rows, (row) => places.get(row)!),
    );
  }

  /** The shrinkage under which the labels are likeliest, each judged by its fold's chain; the first of equals. */
  async chooseShrinkage(): Promise<Shrinkage> {
    const { shrinkages } = this.options;
    const { hierarchy, engine } = this.task;
    let [best, highest] = [shrinkages[0]!, -Infinity];
    const scatters = new Map<number, Scatter[]>();
    let known: readonly Score[] | undefined;
    for (const shrinkage of shrinkages) {
      const { means, covariance } = shrinkage;
      if (!scatters.has(means)) {
        const found: Scatter[] = [];
        for (const f of this.folds.keys())
          found.push(await scatterOf(this.taught[f]!.statistics, hierarchy, means, engine));
        scatters.set(means, found);
      }
      const judges: Judge[] = [];
      for (const [f, scatter] of scatters.get(means)!.entries())
        judges.push({
          discriminant: await discriminant(scatter, covariance, engine),
          likelihood: known ? undefined : this.likelihood(f),
        });
      const [features, ...answers] = await this.heldOut(judges);
      known ??= answers;
      const { logLikelihood } = this.calibrate([features!, ...known]);
      if (logLikelihood > highest + 1e-9) [best, highest] = [shrinkage, logLikelihood];
    }
    return best;
  }

  /** Every chain learns anew: from its labels, and from the unlabelled images by what it takes them for. */
  async teach(judges: readonly Judge[], weights: Weights): Promise<void> {
    const { poolWeight, sharpening } = this.options;
    const teaching = sharpened(weights, sharpening);
    const { rows, x, products } = this.teachers;
    const { answers } = this;
    const { engine, hierarchy } = this.task;
    const taught: Taught[] = [];
    for (const [c, labels] of this.fromLabels.entries()) {
      const pool = new ClassSums(hierarchy.fine.length, x.columns, engine);
      const counts: AnswerCounts[] = [];
      await eachBlock({ rows, x, answers, engine }, judges[c]!, teaching, async (rows, x, shares) => {
        await pool.add(x, shares);
        counts.push(answers.countOf(rows, shares));
      });
      taught.push({
        statistics: combined([
          [1, labels.statistics],
          [poolWeight, { counts: pool.counts, sums: pool.sums, products }],
        ]),
        answers: addCounts([[1, labels.answers], ...counts.map((part) => [poolWeight, part] as const)]),
      });
    }
    this.taught = taught;
  }

  /** The classes are again what the labels alone teach; what is known of the answers stays. */
  startOver(): void {
    this.taught = this.taught.map(({ answers }, chain) => ({
      statistics: this.fromLabels[chain]!.statistics,
      answers,
    }));
  }

  /** [pool, K] */
  async posterior(judge: Judge, weights: Weights): Promise<Matrix> {
    const { hierarchy, engine } = this.task;
    const { pool: x } = this.space;
    const posterior = matrix(x.rows, hierarchy.fine.length);
    const rows = Int32Array.from({ length: x.rows }, (_, i) => i);
    await eachBlock({ rows, x, answers: this.answers, engine }, judge, weights, ([from], _, shares) => {
      posterior.data.set(shares.data, from! * posterior.columns);
    });
    for (const { rows, labels } of this.folds)
      rows.forEach((i, at) => {
        row(posterior, i).fill(0)[labels[at]!] = 1;
      });
    return posterior;
  }
}
