import type { Hierarchy } from '../../data/hierarchy';
import { matrix, type Matrix } from '../../engine/matrix';
import { check } from '../../errors';
import {
  addLogLikelihoods,
  countSaid,
  estimateLikelihood,
  logLikelihoods,
  type AnswerCounts,
  type AnswerLikelihood,
} from '../../noise/answer-likelihood';
import { questions, type AnswerSet, type KnownAnswers, type Said } from '../../noise/said';
import type { Labelled } from './folds';

/** An annotator's answers to pool rows, as the mixture learns from them. */
export class Answers {
  readonly said: readonly Said[];
  /** [pool] each row's place in what was said, -1: none, or none that was bought */
  private readonly places: Int32Array;
  /** The oracle's noise model: not learnt but counted. */
  private readonly counted: AnswerLikelihood | undefined;

  /**
   * @param everything all recorded answers, the given ones among them: the noise model is counted on these.
   * @throws InputError for answers that do not fit, to a row that is not in the pool, or to one twice.
   */
  constructor(
    answers: AnswerSet | undefined,
    private readonly hierarchy: Hierarchy,
    pool: number,
    everything?: KnownAnswers,
  ) {
    const all = answers && (everything ?? answers);
    this.said = all ? questions(all, hierarchy) : [];
    this.places = new Int32Array(pool).fill(-1);
    all?.rows.forEach((i, at) => {
      check(
        this.places[i] === -1,
        () => `Unexpected answer to row ${i}; expected one answer a row, of rows 0 to ${pool - 1}`,
      );
      this.places[i] = at;
    });
    if (!answers || !everything) return;
    this.counted = estimateLikelihood(this.said, hierarchy, [this.known(everything)]);
    const given = new Set(answers.rows);
    for (const i of everything.rows) if (!given.has(i)) this.places[i] = -1;
  }

  /** Whether the annotator answered a pool row. */
  has(row: number): boolean {
    return this.places[row]! >= 0;
  }

  /** How often each class was answered what, by rows that belong to the classes by `shares` [n, K]. */
  countOf(rows: Int32Array, shares: Matrix): AnswerCounts {
    return countSaid(this.said, { images: this.placesOf(rows), shares });
  }

  countLabelled(labelled: Labelled): AnswerCounts {
    return countSaid(this.said, this.known(labelled));
  }

  /** The noise model by what was counted; how a group depends on the class named with it, by the labelled rows. */
  likelihood(counts: AnswerCounts, labelled: readonly Labelled[]): AnswerLikelihood | undefined {
    if (!this.said.length || this.counted) return this.counted;
    const known = labelled.map((part) => this.known(part));
    return estimateLikelihood(this.said, this.hierarchy, known, counts);
  }

  /** log P(answers | class) of pool rows, a matrix [n, K] a question. */
  logsOf(rows: Int32Array, likelihood: AnswerLikelihood | undefined): readonly Matrix[] {
    return likelihood ? logLikelihoods(this.said, likelihood, this.placesOf(rows)) : [];
  }

  /** Adds to `out` [n, K] what {@link logsOf} gives, times the questions' weights. */
  addLogs(out: Matrix, rows: Int32Array, likelihood: AnswerLikelihood | undefined, weights: Float64Array): void {
    if (likelihood) addLogLikelihoods(out, this.said, likelihood, this.placesOf(rows), weights);
  }

  private known({ rows, labels }: Labelled) {
    const shares = matrix(rows.length, this.hierarchy.fine.length);
    labels.forEach((k, i) => (shares.data[i * shares.columns + k] = 1));
    return { images: this.placesOf(rows), shares };
  }

  private placesOf(rows: Int32Array): Int32Array {
    return rows.map((i) => this.places[i]!);
  }
}
