import { MISSING } from '../data/answer-code';
import { takeRows, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import type { Prediction } from '../model/network';
import type { AnnotatorQuality } from '../noise/quality';
import { askAnnotator } from './ask-annotator';
import { chooseNext } from './choosing';
import { posteriorOf, type HeldOut } from './held-out';
import { Learning } from './learning';
import type { Asked, OpenQuery } from './open-query';
import type { SessionRecord } from './record';
import type { SessionContext } from './session-context';
import type { SessionEvent, SessionLog } from './session-log';
import { SessionState } from './session-state';

/** What a human says of a pool image. */
export interface GivenLabel {
  /** The image's number in the data set's pool, or its path. */
  readonly image: number | string;
  /** The class, by name or number: a fine one, or the group where a group was asked for; null: it cannot be labelled. */
  readonly label: string | number | null;
  readonly by?: string;
}

/** An open loop; made by `openSession`. */
export class Session {
  private readonly state: SessionState;
  private readonly learning: Learning;

  constructor(
    private readonly context: SessionContext,
    private readonly log: SessionLog,
  ) {
    this.state = new SessionState(context);
    this.learning = new Learning(context, this.state);
    log.past.forEach((event) => this.state.apply(event));
  }

  /** One for each round that is over. */
  get records(): readonly SessionRecord[] {
    return this.state.records;
  }

  /** Rounds that are over. */
  get round(): number {
    return this.state.records.length;
  }

  /** Images with a fine label. */
  get labelled(): number {
    return this.state.pool.full().length;
  }

  /** Whether every image is labelled or skipped. */
  get isExhausted(): boolean {
    return !this.state.pool.notFull().length;
  }

  /** Spent so far and left to spend, in the prices' unit. */
  get money(): { readonly spent: number; readonly left: number } {
    const { spent, given } = this.state.ledger;
    return { spent, left: given - spent };
  }

  /** What was told of a pool image: a fine class, null where it cannot be labelled; undefined: nothing. */
  labelOf(image: number | string): string | null | undefined {
    const { pool } = this.state;
    const at = this.row(image);
    const label = pool.label(at);
    return label >= 0 ? this.context.material.data.hierarchy.fine[label]! : pool.isSkipped(at) ? null : undefined;
  }

  /** T as the trusted images tell it, [C, M]; undefined without an annotator, or before any label. */
  get transition(): Matrix | undefined {
    return this.labelled ? this.learning.fitting.transition : undefined;
  }

  /** How good the annotator is, by the images that a human labelled as well. */
  get quality(): AnnotatorQuality | undefined {
    return this.learning.fitting.quality;
  }

  /** What the model says of pool images. @throws InputError before the first round is over. */
  async predict(images: ArrayLike<number>): Promise<Prediction> {
    const rows = Array.from(images, (image) => this.row(image));
    return (await this.learning.model()).predict(takeRows(this.context.material.inputs.pool, rows));
  }

  /** What the model says of other images, by their features [n, D] (or the learner's own inputs). */
  async predictRows(inputs: Matrix): Promise<Prediction> {
    return (await this.learning.model()).predict(inputs);
  }

  /**
   * Fine probabilities [images, K] by all that is known of pool images: their own labels and the annotator's answers where
   * the learner makes use of them, else as {@link predict}.
   */
  async posterior(images: ArrayLike<number>): Promise<Matrix> {
    const rows = Array.from(images, (image) => this.row(image));
    return posteriorOf(await this.learning.model(), this.context.material.inputs.pool, rows);
  }

  /** What models say of the labelled images whose labels they have not seen: cross-validation in `folds` parts. */
  heldOut(folds: number, progress?: (done: number) => void): Promise<HeldOut> {
    return this.learning.heldOut(folds, progress);
  }

  /**
   * The annotator's answers to pool images, each asked for once, free of charge: those to images that a human labels are
   * (they tell how good it is). Classes by number, codes below 0 for none.
   * @param options `ask: false`: only those that are there already.
   */
  async answersTo(
    images: readonly number[],
    { ask = true, signal }: { readonly ask?: boolean; readonly signal?: AbortSignal } = {},
  ) {
    const rows = images.map((image) => this.row(image));
    if (ask) await this.askFor(rows, signal);
    const { coarse, fine } = this.state.answers;
    return rows.map((at) => ({ coarse: coarse.get(at) ?? MISSING, fine: fine.get(at) }));
  }

  /**
   * What to buy now: the open query, or, if it is answered, the next one (a round of which all is told, but nothing learnt when
   * the process was killed, is ended by {@link update}, or else on the way). Money is spent when answers come, not before.
   * @param options `budget`: the next round's money, where it is not the usual one.
   * @throws InputError if the pool holds nothing that could be bought.
   */
  async ask({ budget }: { readonly budget?: number } = {}): Promise<Asked> {
    const { state } = this;
    const least = this.labelled || state.query ? 0 : Math.max(0, this.context.setup.levelPrices.full - this.money.left);
    check(
      budget === undefined || (Number.isFinite(budget) && budget >= least),
      `Unexpected budget: ${budget}; expected ${least} or more${least ? ', since nothing is labelled yet' : ''}`,
    );
    if (state.query?.isAnswered && !this.labelled) state.query = undefined; // nobody could label any of it
    await this.update();
    let query = state.query ?? (await this.next(budget));
    while (query.continues && query.isAnswered) {
      await this.update(); // nothing of it is for a human
      query = await this.next();
    }
    return query.asked();
  }

  /**
   * Takes a human's labels, any part of what was asked, in any order; what nobody asked for is taken, too, and costs
   * nothing. A label that is there already is replaced. When all that was asked is answered, the session learns.
   * @param options `learn: false` leaves that to the next {@link ask} or {@link update}.
   * @returns the round's record when the round is over.
   * @throws InputError, and nothing is taken, for an image or a class that is not there.
   */
  async tell(
    labels: readonly GivenLabel[],
    { learn = true }: { readonly learn?: boolean } = {},
  ): Promise<SessionRecord | undefined> {
    const { naming, query } = this.state;
    const events = labels.map(({ image, label, by }) => {
      const index = naming.image(image);
      const level = query?.levelAskedOfHuman(naming.rowOf(index)) ?? 'full';
      return { event: 'told', image: index, label: naming.className(label, level), ...(by && { by }) } as const;
    });
    const twice = events.find(({ image }, i) => events.findIndex((other) => other.image === image) < i);
    check(!twice, () => `Image ${twice!.image} is told twice at once; tell one label for each image`);
    this.add(...events);
    if (events.length) this.learning.forget();
    return learn ? this.update() : undefined;
  }

  /**
   * Ends the round if all that was asked of a human is answered (or anyway, if `early`: the rest is not bought): asks the
   * annotator, estimates T, fits the model, and looks at the test images if there are any.
   * @returns the round's record; undefined if the round is not over.
   */
  async update({ early = false, signal }: { readonly early?: boolean; readonly signal?: AbortSignal } = {}): Promise<
    SessionRecord | undefined
  > {
    const { query } = this.state;
    if (!query || (!early && !query.isAnswered)) return undefined;
    check(this.labelled, 'Nothing is labelled yet: there is nothing to learn from; tell at least one label');
    const started = performance.now();
    await this.askForBought(query, signal);
    if (query.continues && !early) {
      this.state.endStep(query);
      this.learning.forget();
      return undefined;
    }
    const record = await this.learning.finishRound(query, started);
    this.add({ event: 'round', record });
    return record;
  }

  /** Frees the model and the folder. */
  close(): void {
    this.learning.forget();
    this.log.close();
  }

  private row(image: number | string): number {
    return this.state.naming.rowOf(this.state.naming.image(image));
  }

  private async next(budget?: number): Promise<OpenQuery> {
    this.add(await chooseNext(this.context, this.state, this.learning, budget));
    return this.state.query!;
  }

  /** The answers that were bought, and those to the images that a human labelled, which T is estimated from. */
  private async askForBought({ ofAnnotator }: OpenQuery, signal: AbortSignal | undefined): Promise<void> {
    const { weakLabels, trustedAnswers } = this.context.setup.strategy;
    if (weakLabels !== 'annotator') return;
    const { answers, pool } = this.state;
    // an answer that was a hint so far counts, and is paid for, when it is bought
    const hints = [...ofAnnotator].filter((at) => answers.coarse.has(at) && !pool.hasWeak(at));
    if (hints.length) this.add(this.state.answered(hints));
    await this.askFor([...ofAnnotator, ...(trustedAnswers === 'bought' ? [] : this.state.pool.full())], signal);
  }

  private async askFor(rows: readonly number[], signal: AbortSignal | undefined): Promise<void> {
    const wanted = rows.filter((at) => !this.state.answers.coarse.has(at));
    if (!wanted.length) return;
    this.add(await askAnnotator(this.context, wanted, signal));
    this.learning.forget(); // answers teach, whoever asked for them
  }

  /** An event counts when it is kept. */
  private add(...events: readonly SessionEvent[]): void {
    this.log.add(...events);
    for (const event of events) this.state.apply(event);
  }
}
