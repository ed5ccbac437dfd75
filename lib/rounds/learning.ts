import { row, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import type { FittedModel } from '../model/learner';
import { qualityInWords } from '../noise/quality';
import type { Random } from '../random';
import { Fitting } from './fitting';
import { crossValidate, type HeldOut } from './held-out';
import type { OpenQuery } from './open-query';
import type { SessionRecord, TestResults } from './record';
import type { SessionContext } from './session-context';
import type { SessionState } from './session-state';

/** What a session learns: its model, kept for the next query, and the record of a round. */
export class Learning {
  readonly fitting: Fitting;
  private current: FittedModel | undefined;

  constructor(
    private readonly context: SessionContext,
    private readonly state: SessionState,
  ) {
    const { setup, material, checkpoints } = context;
    this.fitting = new Fitting(setup, material, state.pool, state.answers, checkpoints);
  }

  /** The annotator is no better than chance, and the setup minds it. */
  get isAtChance(): boolean {
    return this.context.setup.stopAtChance && (this.fitting.quality?.atChance ?? false);
  }

  /** The model of the last round that is over, or of labels that were there before; fitted again after a restart. */
  async model(ignoresAnswers = this.state.stopped): Promise<FittedModel> {
    check(this.state.pool.full().length, 'There is no model yet: nothing is labelled');
    const { random } = this.context;
    const { step, records } = this.state;
    const round = records.length;
    const start = step ? random.stream('train', round, step) : random.stream('train', round ? round - 1 : 'start');
    this.current ??= await this.fitting.fit(this.fitting.ownHead, start, ignoresAnswers);
    return this.current;
  }

  /** Frees the model: labels know more than it does now. */
  forget(): void {
    this.current?.dispose();
    this.current = undefined;
  }

  /** What models say of the labelled images whose labels they have not seen: cross-validation in `folds` parts. */
  heldOut(folds: number, progress?: (done: number) => void): Promise<HeldOut> {
    const { setup, material, random } = this.context;
    const { fitting, state } = this;
    const task = fitting.task(fitting.ownHead, random.stream('held out', state.records.length), state.stopped);
    return crossValidate(setup.learner, task, material, folds, progress);
  }

  /**
   * Fits the strategy's model, keeps it for the next query, and its control, if there is a coarse head; both are judged on the
   * test images.
   * @param started when the round began to learn, by `performance.now()`.
   */
  async finishRound(query: OpenQuery, started: number): Promise<SessionRecord> {
    const { setup, material, seed } = this.context;
    const { ledger, pool, records } = this.state;
    const { quality } = this.fitting;
    const stopped = this.state.stopped || this.isAtChance;
    if (stopped && !this.state.stopped)
      this.context.warn(
        `The annotator is no better than chance (${qualityInWords(quality!)}): no more of its answers are bought, and ` +
          'those bought are not learned from; stopAtChance: false goes on regardless',
      );
    const random = this.context.random.stream('train', query.round);
    this.forget();
    this.current = await this.fitting.fit(this.fitting.ownHead, random, stopped);
    const results = material.data.test.fine.length ? await this.testResults(this.current, random) : {};
    const { transition } = this.fitting;
    const { full, weak } = pool.counts;
    const before = records.at(-1);
    return {
      dataset: material.data.name,
      strategy: setup.strategy.name,
      seed,
      round: query.round,
      budget: ledger.given,
      spent: ledger.spent,
      full,
      weak,
      boughtFull: full - (before?.full ?? 0),
      boughtWeak: weak - (before?.weak ?? 0),
      ...results,
      ...(query.improvement && { improvement: query.improvement }),
      ...(quality && { kappa: quality.kappa.value }),
      ...(transition && { transition: rounded(transition) }),
      ...(stopped && { stoppedAtChance: true as const }),
      engine: this.current.engine,
      timing: { selectMs: query.selectMs, trainMs: Math.round(performance.now() - started) },
    };
  }

  private async testResults(model: FittedModel, random: Random): Promise<TestResults> {
    const { fitting } = this;
    const own = await fitting.judge(model);
    const results = { fineAccuracy: own.fine, coarseAccuracy: own.coarse };
    if (this.context.setup.learner.onlyFine) return results;
    const control = await fitting.fit('trusted', random);
    const { fine, coarse } = await fitting.judge(control);
    control.dispose();
    return { ...results, trustedOnlyFineAccuracy: fine, trustedOnlyCoarseAccuracy: coarse };
  }
}

/** T as nested lists of four decimals, which is far finer than its uncertainty. */
function rounded(T: Matrix): number[][] {
  return Array.from({ length: T.rows }, (_, i) => Array.from(row(T, i), (p) => Math.round(p * 1e4) / 1e4));
}
