import { MISSING } from '../data/answer-code';
import { check } from '../errors';
import { row, takeRows, type Matrix } from '../engine/matrix';
import type { FittedModel } from '../model/learner';
import type { Prediction } from '../model/network';
import { qualityInWords, type AnnotatorQuality } from '../noise/quality';
import type { Random } from '../random';
import type { Query, StartContext } from '../strategies/strategy';
import { firstPurchases } from './first-round';
import { Fitting, saysNothing } from './fitting';
import { LabelledPool } from './labelled-pool';
import { Ledger } from './ledger';
import { imageOf, type Material } from './material';
import { Naming } from './naming';
import type { SessionSetup } from './open-session';
import { OpenQuery, type AskedPurchase } from './open-query';
import type { SessionRecord } from './record';
import { differences } from './settings';
import type { AskedEvent, SessionEvent, SessionLog } from './session-log';
import type { CompleteSetup } from './setup';
import { crossValidate, posteriorOf, type HeldOut } from './held-out';

/** What a human says of a pool image. */
export interface GivenLabel {
  /** The image's number in the data set's pool, or its path. */
  readonly image: number | string;
  /** The class, by name or number: a fine one, or the group where a group was asked for; null: it cannot be labelled. */
  readonly label: string | number | null;
  readonly by?: string;
}

/** What a session wants to know. */
export interface Asked {
  readonly round: number;
  /** All that is to be bought, in the order in which it was chosen. */
  readonly purchases: readonly AskedPurchase[];
  /** Of these, what a human has not answered yet. */
  readonly open: readonly AskedPurchase[];
}

/** An open loop; made by `openSession`. */
export class Session {
  readonly records: SessionRecord[] = [];
  private readonly ledger: Ledger;
  private readonly pool: LabelledPool;
  /** The annotator's coarse and fine answer to each row that it was asked about. */
  private readonly answers = new Map<number, number>();
  private readonly fineAnswers = new Map<number, number>();
  /** What it said there in place of a class of the list. */
  private readonly outside = new Map<number, string>();
  private readonly fitting: Fitting;
  private readonly naming: Naming;
  private query: OpenQuery | undefined;
  private model: FittedModel | undefined;
  private stopped = false;
  /** Rounds whose money was given out. */
  private opened = 0;
  /** Queries of this round that are answered, and the time that choosing took. */
  private step = 0;
  private selectMs = 0;

  constructor(
    private readonly setup: CompleteSetup,
    private readonly given: Pick<SessionSetup, 'seed' | 'matched' | 'checkpoints'>,
    private readonly material: Material,
    private readonly random: Random,
    private readonly log: SessionLog,
    private readonly warn: (message: string) => void,
  ) {
    const { data, images } = material;
    this.ledger = new Ledger(setup.costs, setup.budget);
    this.pool = new LabelledPool(images.length);
    this.fitting = new Fitting(
      setup,
      material,
      this.pool,
      this.answers,
      this.fineAnswers,
      this.outside,
      given.checkpoints,
    );
    this.naming = new Naming(data, images);
    // a pool of which some labels are unknown tells the others, which cost nothing; one with all labels hides them
    if (data.pool.fine.includes(-1))
      images.forEach((image, at) => {
        if (data.pool.fine[image]! >= 0) this.pool.setFull(at, data.pool.fine[image]!);
      });
  }

  /** Rounds that are over. */
  get round(): number {
    return this.records.length;
  }

  /** Images with a fine label. */
  get labelled(): number {
    return this.pool.full().length;
  }

  /** Whether every image is labelled or skipped. */
  get isExhausted(): boolean {
    return !this.pool.notFull().length;
  }

  /** Spent so far and left to spend, in the prices' unit. */
  get money(): { readonly spent: number; readonly left: number } {
    const { spent } = this.ledger;
    return { spent, left: this.ledger.given - spent };
  }

  /** What was told of a pool image: a fine class, null where it cannot be labelled; undefined: nothing. */
  labelOf(image: number | string): string | null | undefined {
    const at = this.naming.rowOf(this.naming.image(image));
    const label = this.pool.label(at);
    return label >= 0 ? this.material.data.hierarchy.fine[label]! : this.pool.isSkipped(at) ? null : undefined;
  }

  /** T as the trusted images tell it, [C, M]; undefined without an annotator, or before any label. */
  get transition(): Matrix | undefined {
    return this.pool.full().length ? this.fitting.transition : undefined;
  }

  /** How good the annotator is, by the images that a human labelled as well. */
  get quality(): AnnotatorQuality | undefined {
    return this.fitting.quality;
  }

  /** What the model says of pool images. @throws InputError before the first round is over. */
  async predict(images: ArrayLike<number>): Promise<Prediction> {
    const rows = Array.from(images, (image) => this.naming.rowOf(this.naming.image(image)));
    return (await this.currentModel()).predict(takeRows(this.material.inputs.pool, rows));
  }

  /** What the model says of other images, by their features [n, D] (or the learner's own inputs). */
  async predictRows(inputs: Matrix): Promise<Prediction> {
    return (await this.currentModel()).predict(inputs);
  }

  /**
   * Fine probabilities [images, K] by all that is known of pool images: their own labels and the annotator's answers where
   * the learner makes use of them, else as {@link predict}.
   */
  async posterior(images: ArrayLike<number>): Promise<Matrix> {
    const rows = Array.from(images, (image) => this.naming.rowOf(this.naming.image(image)));
    return posteriorOf(await this.currentModel(), this.material.inputs.pool, rows);
  }

  /** What models say of the labelled images whose labels they have not seen: cross-validation in `folds` parts. */
  heldOut(folds: number, progress?: (done: number) => void): Promise<HeldOut> {
    const task = this.fitting.task(this.fitting.ownHead, this.random.stream('held out', this.round), this.stopped);
    return crossValidate(this.setup.learner, task, this.material, folds, progress);
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
    const rows = images.map((image) => this.naming.rowOf(this.naming.image(image)));
    if (ask) await this.askFor(rows, signal);
    return rows.map((at) => ({ coarse: this.answers.get(at) ?? MISSING, fine: this.fineAnswers.get(at) }));
  }

  /**
   * What to buy now: the open query, or, if it is answered, the next one. Money is spent when answers come, not before.
   * @param options `budget`: the next round's money, where it is not the usual one.
   * @throws InputError if the pool holds nothing that could be bought.
   */
  async ask({ budget }: { readonly budget?: number } = {}): Promise<Asked> {
    if (this.query?.isAnswered && !this.pool.full().length) this.query = undefined; // nobody could label any of it
    await this.update();
    this.query ??= await this.next(budget);
    while (this.query.continues && this.query.isAnswered) {
      await this.update(); // nothing of it is for a human
      this.query = await this.next();
    }
    return this.query.asked();
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
    const events = labels.map(({ image, label, by }) => {
      const index = this.naming.image(image);
      const level = this.query?.levelAskedOfHuman(this.naming.rowOf(index)) ?? 'full';
      return { event: 'told', image: index, label: this.naming.className(label, level), ...(by && { by }) } as const;
    });
    const twice = events.find(({ image }, i) => events.findIndex((other) => other.image === image) < i);
    check(!twice, () => `Image ${twice!.image} is told twice at once; tell one label for each image`);
    this.log.add(...events);
    events.forEach((event) => this.apply(event));
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
    if (!this.query || (!early && !this.query.isAnswered)) return undefined;
    check(this.pool.full().length, 'Nothing is labelled yet: there is nothing to learn from; tell at least one label');
    const started = performance.now();
    await this.askAnnotator(this.query, signal);
    if (this.query.continues && !early) {
      this.goOn(this.query);
      return undefined;
    }
    const record = await this.learn(this.query, started);
    this.log.add({ event: 'round', record });
    this.apply({ event: 'round', record });
    return record;
  }

  /** A query is answered and the round goes on: what was learnt before it is out of date. */
  private goOn({ step, selectMs }: OpenQuery): void {
    this.step = step + 1;
    this.selectMs = selectMs;
    this.query = undefined;
    this.model?.dispose();
    this.model = undefined;
  }

  /** Frees the model and the folder. */
  close(): void {
    this.forgetModel();
    this.log.close();
  }

  private forgetModel(): void {
    this.model?.dispose();
    this.model = undefined;
  }

  /** Goes through what happened in earlier processes. */
  replay([opened, ...events]: readonly SessionEvent[], setup: unknown, out: string): void {
    const differing = differences(opened?.event === 'opened' ? opened.setup : undefined, setup);
    check(
      !differing.length,
      () =>
        `${out} holds a session of another setup:\n  ${differing.join('\n  ')}\nGive another folder for this one, or ` +
        'the old values to go on there; nothing was changed',
    );
    for (const event of events) this.apply(event);
  }

  /** The only place where the state changes. */
  private apply(event: SessionEvent): void {
    if (event.event === 'asked') {
      if (event.round === this.opened) {
        this.ledger.openRound(event.budget);
        this.opened++;
      }
      this.step = event.step ?? 0;
      this.query = new OpenQuery(event, this.setup.strategy, this.ledger, (at) => imageOf(this.material, at));
    } else if (event.event === 'told') this.applyTold(event.image, event.label);
    else if (event.event === 'answered') {
      event.images.forEach((image, i) => {
        const at = this.naming.rowOf(image);
        this.answers.set(at, event.coarse[i]!);
        if (event.fine) this.fineAnswers.set(at, event.fine[i]!);
        const name = event.outside?.[i];
        if (name) this.outside.set(at, name);
        const isBought = this.query?.ofAnnotator.has(at) && (this.buysTrusted || this.pool.label(at) < 0);
        if (!isBought || saysNothing(event.coarse[i]!)) return;
        this.ledger.pay('weak');
        this.pool.addWeak(at, event.coarse[i]!, { trusted: this.buysTrusted });
      });
    } else if (event.event === 'round') {
      this.records.push(event.record);
      this.query = undefined;
      this.step = 0;
      this.selectMs = 0;
      this.stopped ||= event.record.stoppedAtChance ?? false;
    }
  }

  private applyTold(image: number, label: string | null): void {
    const at = this.naming.rowOf(image);
    this.forgetModel(); // it knows less than the labels do now
    const { fine, coarse } = this.material.data.hierarchy;
    const level = this.query?.levelAskedOfHuman(at);
    if (label === null) this.pool.skip(at);
    else if (level === 'weak') {
      this.ledger.pay('weak');
      this.pool.addWeak(at, coarse.indexOf(label));
    } else if (level === 'full') {
      this.ledger.pay('full');
      this.pool.addFull(at, fine.indexOf(label));
    } else this.pool.setFull(at, fine.indexOf(label));
    this.query?.settle(at);
  }

  private async next(budget?: number): Promise<OpenQuery> {
    const started = performance.now();
    const { round, step } = this;
    // the purse that the strategy sees holds the round's money; the event opens the round for good
    const purse = round < this.opened ? this.ledger : this.ledger.withNextRound(budget);
    const { purchases, utilities, improvement, continues } = await this.choose(round, step, purse);
    const event: AskedEvent = {
      ...{ event: 'asked', round },
      ...(step && { step }),
      ...(continues && { continues }),
      purchases: purchases.map(({ row: at, level }) => {
        const value = utilities?.[level]?.[at];
        return { row: at, level, ...(value !== undefined && Number.isFinite(value) && { value }) };
      }),
      ...(budget !== undefined && { budget }),
      ...(improvement && { improvement }),
      selectMs: this.selectMs + Math.round(performance.now() - started),
    };
    this.log.add(event);
    this.apply(event);
    return this.query!;
  }

  private async choose(round: number, step: number, purse: Ledger): Promise<Query> {
    const { strategy } = this.setup;
    const matched = this.given.matched?.[round];
    const random = this.random.stream('query', strategy.name, round, ...(step ? [step] : []));
    const stopped = this.stopped || (step > 0 && this.isAtChance(this.fitting.quality));
    const context: StartContext = {
      ...{ round, step, purse, random: random.stream('draw'), engine: this.material.engine },
      pool: stopped ? this.pool.withoutWeak() : this.pool,
      features: (rows) => takeRows(this.material.features.pool, rows),
      imageOf: (at) => imageOf(this.material, at),
      ...(matched && { matched }),
    };
    if (round === 0 && !this.pool.full().length) {
      if (strategy.start) return strategy.start(context);
      const left = this.pool.notFull();
      const order = this.random
        .stream('start')
        .permutation(left.length)
        .map((i) => left[i]!);
      const counts = strategy.matches === undefined ? undefined : matched;
      return { purchases: firstPurchases(order, strategy.buys, purse, counts) };
    }
    const model = () => this.currentModel(stopped);
    return strategy.query({
      ...context,
      predict: async (rows) => (await model()).predict(takeRows(this.material.inputs.pool, rows)),
      posterior: async (rows) => posteriorOf(await model(), this.material.inputs.pool, rows),
      information: async (rows) => (await model()).information?.(rows),
      members: async (rows, kind, count) =>
        this.fitting.members(await model(), rows, kind, count, random.stream('members')),
      improvement: () => this.fitting.improvement(random.stream('improvement')),
    });
  }

  /** The answers that were bought, and those to the images that a human labelled, which T is estimated from. */
  private async askAnnotator(query: OpenQuery, signal: AbortSignal | undefined): Promise<void> {
    if (this.setup.strategy.weakLabels === 'annotator')
      await this.askFor([...query.ofAnnotator, ...(this.buysTrusted ? [] : this.pool.full())], signal);
  }

  private async askFor(rows: readonly number[], signal: AbortSignal | undefined): Promise<void> {
    const { annotator, question } = this.setup;
    const { data, images } = this.material;
    const wanted = rows.filter((at) => !this.answers.has(at));
    if (!wanted.length) return;
    const asked = Int32Array.from(new Set(wanted), (at) => images[at]!);
    const { coarse, fine, outside } = await annotator.answer({
      data,
      images: asked,
      question,
      ...(signal && { signal }),
    });
    check(
      coarse.length === asked.length,
      () => `Annotator "${annotator.name}" gave ${coarse.length} answers for ${asked.length} images; expected one each`,
    );
    const event: SessionEvent = {
      ...{ event: 'answered', images: [...asked], coarse: [...coarse] },
      ...(fine && { fine: [...fine] }),
      ...(outside?.some(Boolean) && { outside }),
    };
    this.log.add(event);
    this.apply(event);
  }

  /** Fits the strategy's model, keeps it for the next query, and its control; both are judged on the test images. */
  private async learn(query: OpenQuery, started: number): Promise<SessionRecord> {
    const { data } = this.material;
    const { quality } = this.fitting;
    const stopped = this.stopped || this.isAtChance(quality);
    if (stopped && !this.stopped)
      this.warn(
        `The annotator is no better than chance (${qualityInWords(quality!)}): no more of its answers are bought, and ` +
          'those bought are not learned from; stopAtChance: false goes on regardless',
      );
    const random = this.random.stream('train', query.round);
    this.forgetModel();
    this.model = await this.fitting.fit(this.fitting.ownHead, random, stopped);
    const results = data.test.fine.length ? await this.results(this.model, random) : {};
    const { transition } = this.fitting;
    const { counts } = this.pool;
    const before = this.records.at(-1);
    return {
      ...{ dataset: data.name, strategy: this.setup.strategy.name, seed: this.given.seed ?? 0, round: query.round },
      ...{ budget: this.ledger.given, spent: this.ledger.spent },
      ...{ full: counts.full, weak: counts.weak },
      ...{ boughtFull: counts.full - (before?.full ?? 0), boughtWeak: counts.weak - (before?.weak ?? 0) },
      ...results,
      ...(query.improvement && { improvement: query.improvement }),
      ...(quality && { kappa: quality.kappa.value }),
      ...(transition && { transition: rounded(transition) }),
      ...(stopped && { stoppedAtChance: true as const }),
      engine: this.model.engine,
      timing: { selectMs: query.selectMs, trainMs: Math.round(performance.now() - started) },
    };
  }

  private async results(model: FittedModel, random: Random) {
    const control = await this.fitting.fit('trusted', random);
    const [own, trustedOnly] = [await this.fitting.judge(model), await this.fitting.judge(control)];
    control.dispose();
    return {
      fineAccuracy: own.fine,
      coarseAccuracy: own.coarse,
      trustedOnlyFineAccuracy: trustedOnly.fine,
      trustedOnlyCoarseAccuracy: trustedOnly.coarse,
    };
  }

  private isAtChance(quality: AnnotatorQuality | undefined): boolean {
    return this.setup.stopAtChance && (quality?.atChance ?? false);
  }

  /** The model of the last round that is over, or of labels that were there before; fitted again after a restart. */
  private async currentModel(stopped = this.stopped): Promise<FittedModel> {
    check(this.pool.full().length, 'There is no model yet: nothing is labelled');
    const { round, step } = this;
    const random = step
      ? this.random.stream('train', round, step)
      : this.random.stream('train', round ? round - 1 : 'start');
    this.model ??= await this.fitting.fit(this.fitting.ownHead, random, stopped);
    return this.model;
  }

  private get buysTrusted(): boolean {
    return this.setup.strategy.trustedAnswers === 'bought';
  }
}

/** T as nested lists of four decimals, which is far finer than its uncertainty. */
function rounded(T: Matrix): number[][] {
  return Array.from({ length: T.rows }, (_, i) => Array.from(row(T, i), (p) => Math.round(p * 1e4) / 1e4));
}
