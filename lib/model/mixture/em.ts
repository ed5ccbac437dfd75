import { matrix, row, stacked, takeRows, type Matrix } from '../../engine/matrix';
import { softmaxRowsFast } from '../../engine/softmax';
import { addCounts, type AnswerCounts, type AnswerLikelihood } from '../../noise/answer-likelihood';
import type { Space } from '../../engine/leading-space';
import type { LearningTask } from '../learner';
import { Answers } from './answers';
import { calibrate, type Score } from './calibrate';
import { discriminant, scatterOf, times, type Discriminant, type Scatter, type Shrinkage } from './discriminant';
import { foldsOf, joined, type Labelled } from './folds';
import { teachersOf } from './teachers';
import { BLOCK, ClassSums, combined, productsOf, rowsBetween, statisticsOf, type Statistics } from './statistics';

export interface EmOptions {
  /** Rounds of EM over the pool; 0: the bought labels alone. */
  readonly iterations: number;
  /** Parts of the labels; each is judged by models that have seen none of it. */
  readonly folds: number;
  /** What an unlabelled image counts against a labelled one. */
  readonly poolWeight: number;
  /** Power of an unlabelled image's probabilities before they teach. */
  readonly sharpening: number;
  /** Unlabelled images that teach, at most: more change little and take long. */
  readonly teachers: number;
  /** What cross-validation chooses from. */
  readonly shrinkages: readonly Shrinkage[];
}

/** A mixture fitted to labels, a pool and answers. */
export interface FittedMixture {
  readonly discriminant: Discriminant;
  /** Factor on the discriminant's scores where no answers stand beside them. */ readonly temperature: number;
  readonly shrinkage: Shrinkage;
  /** [pool, K]; a labelled row is certain. */ readonly posterior: Matrix;
  readonly likelihood?: AnswerLikelihood;
  /** Of each question's answers, in the order of the likelihood's tables. */ readonly answerWeights: Float64Array;
  /** Mean cross-validated log-probability of the labels after each round, in nats. */ readonly history: readonly number[];
}

/** Rounds in which the shrinkage is chosen: by the labels alone, and once the pool has taught. */
const CHOICES: readonly number[] = [0, 2];

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

/** Classes and noise model: what judges an image. */
interface Judge {
  readonly discriminant: Discriminant;
  readonly likelihood: AnswerLikelihood | undefined;
}

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
    const { weights, logLikelihood } = run.calibrate(scores);
    history.push(logLikelihood);
    if (round < options.iterations) {
      await run.teach(judges, weights);
      continue;
    }
    const { discriminant, likelihood } = judges.at(-1)!;
    const temperature = run.calibrate([scores[0]!]).weights[0]!;
    return {
      ...{ discriminant, temperature, shrinkage, history, answerWeights: weights.slice(1) },
      posterior: await run.posterior(judges.at(-1)!, weights),
      ...(likelihood && { likelihood }),
    };
  }
}

/** The rounds' state; each chain has its statistics. For tests, steps can be taken one by one. */
export class EmRun {
  /** By chain, the last one has seen all labels: what these alone teach, and what the pool teaches with them. */
  private readonly fromLabels: readonly Taught[];
  private taught: readonly Taught[];
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
    const answers = new Answers(task.answers, task.hierarchy, pool.rows);
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

  /** Each chain's classes and noise model. */
  async judges(shrinkage: Shrinkage): Promise<readonly Judge[]> {
    const judges: Judge[] = [];
    for (const [c, folds] of this.chains.entries()) {
      const { statistics, answers } = this.taught[c]!;
      const scatter = await scatterOf(statistics, this.task.hierarchy, shrinkage.means, this.task.engine);
      judges.push({
        discriminant: await discriminant(scatter, shrinkage.covariance, this.task.engine),
        likelihood: this.answers.likelihood(
          answers,
          folds.map((f) => this.folds[f]!),
        ),
      });
    }
    return judges;
  }

  /** The scores of all labelled images, each by the chain that has not seen its fold. */
  async heldOut(judges: readonly Judge[]): Promise<readonly Score[]> {
    const parts: Matrix[][] = [];
    for (const [f, { rows }] of this.folds.entries()) {
      const { discriminant, likelihood } = judges[f]!;
      parts.push([
        await this.score(takeRows(this.space.pool, rows), discriminant),
        ...this.answers.logsOf(rows, likelihood),
      ]);
    }
    return parts[0]!.map((_, s) => ({ ...(s ? ANSWER : TEMPERATURE), values: stacked(parts.map((part) => part[s]!)) }));
  }

  calibrate(scores: readonly Score[]) {
    return calibrate(scores, joined(this.folds).labels);
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
          likelihood: known
            ? undefined
            : this.answers.likelihood(
                this.taught[f]!.answers,
                this.chains[f]!.map((g) => this.folds[g]!),
              ),
        });
      const [features, ...answers] = await this.heldOut(judges);
      known ??= answers;
      const { logLikelihood } = this.calibrate([features!, ...known]);
      if (logLikelihood > highest + 1e-9) [best, highest] = [shrinkage, logLikelihood];
    }
    return best;
  }

  /** Every chain learns anew: from its labels, and from the unlabelled images by what it takes them for. */
  async teach(judges: readonly Judge[], weights: Float64Array): Promise<void> {
    const { poolWeight, sharpening } = this.options;
    const { rows, x, products } = this.teachers;
    const taught: Taught[] = [];
    for (const [c, labels] of this.fromLabels.entries()) {
      const pool = new ClassSums(this.task.hierarchy.fine.length, x.columns, this.task.engine);
      const answers: AnswerCounts[] = [];
      await this.eachBlock(rows, x, judges[c]!, weights, sharpening, async (rows, x, shares) => {
        await pool.add(x, shares);
        answers.push(this.answers.countOf(rows, shares));
      });
      taught.push({
        statistics: combined([
          [1, labels.statistics],
          [poolWeight, { counts: pool.counts, sums: pool.sums, products }],
        ]),
        answers: addCounts([[1, labels.answers], ...answers.map((part) => [poolWeight, part] as const)]),
      });
    }
    this.taught = taught;
  }

  /** [pool, K] */
  async posterior(judge: Judge, weights: Float64Array): Promise<Matrix> {
    const posterior = matrix(this.space.pool.rows, this.task.hierarchy.fine.length);
    const all = Int32Array.from({ length: posterior.rows }, (_, i) => i);
    await this.eachBlock(all, this.space.pool, judge, weights, 1, ([from], _, shares) => {
      posterior.data.set(shares.data, from! * posterior.columns);
    });
    for (const { rows, labels } of this.folds)
      rows.forEach((i, at) => {
        row(posterior, i).fill(0)[labels[at]!] = 1;
      });
    return posterior;
  }

  /** Goes through pool rows, by number and features: what a judge says of each, to a power, as probabilities [rows, K]. */
  private async eachBlock(
    rows: Int32Array,
    features: Matrix,
    { discriminant, likelihood }: Judge,
    weights: Float64Array,
    power: number,
    use: (rows: Int32Array, x: Matrix, shares: Matrix) => void | Promise<void>,
  ): Promise<void> {
    const room = matrix(Math.min(BLOCK, rows.length), discriminant.weights.columns);
    const ofAnswers = weights.subarray(1).map((weight) => power * weight);
    const judge = times(power * weights[0]!, discriminant);
    for (let from = 0; from < rows.length; from += BLOCK) {
      const block = rows.subarray(from, from + BLOCK);
      const x = rowsBetween(features, from, from + block.length);
      const shares = await this.score(x, judge, rowsBetween(room, 0, block.length));
      this.answers.addLogs(shares, block, likelihood, ofAnswers);
      await use(block, x, softmaxRowsFast(shares));
    }
  }

  private score(x: Matrix, { weights, bias }: Discriminant, out?: Matrix): Promise<Matrix> {
    return this.task.engine.product(x, weights, { bias, ...(out && { out }) });
  }
}
