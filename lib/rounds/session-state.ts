import { saysNothing } from '../data/answer-code';
import { LabelledPool } from './labelled-pool';
import { Ledger } from './ledger';
import { imageOf } from './material';
import { Naming } from './naming';
import { OpenQuery } from './open-query';
import type { SessionRecord } from './record';
import type { SessionContext } from './session-context';
import type { AnsweredEvent, SessionEvent, ToldEvent } from './session-log';

/** What the annotator said of the rows that it was asked about: class numbers, or codes below 0. */
export interface AnnotatorAnswers {
  readonly coarse: Map<number, number>;
  readonly fine: Map<number, number>;
  /** What it said in place of a class of the list. */
  readonly outside: Map<number, string>;
}

/** Where a session stands. All of it follows from the events, so that a session goes on after a kill. */
export class SessionState {
  readonly records: SessionRecord[] = [];
  readonly ledger: Ledger;
  readonly pool: LabelledPool;
  readonly naming: Naming;
  readonly answers: AnnotatorAnswers = { coarse: new Map(), fine: new Map(), outside: new Map() };
  query: OpenQuery | undefined;
  /** Whether the annotator was found to be no better than chance, and is not bought from any more. */
  stopped = false;
  /** Rounds whose money was given out. */
  opened = 0;
  /** Queries of this round that are answered, and the time that choosing took. */
  step = 0;
  selectMs = 0;

  constructor(private readonly context: SessionContext) {
    const { setup, material } = context;
    const { data, images } = material;
    this.ledger = new Ledger(setup.levelPrices, setup.budget);
    this.pool = new LabelledPool(images.length);
    this.naming = new Naming(data, images);
    // a pool of which some labels are unknown tells the others, which cost nothing; one with all labels hides them
    if (data.pool.fine.includes(-1))
      images.forEach((image, at) => {
        if (data.pool.fine[image]! >= 0) this.pool.setFull(at, data.pool.fine[image]!);
      });
  }

  /** The only place where labels, money and records change. */
  apply(event: SessionEvent): void {
    if (event.event === 'asked') {
      if (event.round === this.opened) {
        this.ledger.openRound(event.budget);
        this.opened++;
      }
      this.step = event.step ?? 0;
      this.query = new OpenQuery(event, this.strategy, this.ledger, (at) => imageOf(this.context.material, at));
    } else if (event.event === 'told') this.applyTold(event);
    else if (event.event === 'answered') this.applyAnswered(event);
    else if (event.event === 'round') {
      this.records.push(event.record);
      this.query = undefined;
      this.step = 0;
      this.selectMs = 0;
      this.stopped ||= event.record.stoppedAtChance ?? false;
    }
  }

  /** The query is answered, and another one of the same round follows. */
  endStep({ step, selectMs }: OpenQuery): void {
    this.step = step + 1;
    this.selectMs = selectMs;
    this.query = undefined;
  }

  private applyTold({ image, label }: ToldEvent): void {
    const at = this.naming.rowOf(image);
    const { fine, coarse } = this.context.material.data.hierarchy;
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

  /** What the annotator said of rows, once more. */
  answered(rows: readonly number[]): AnsweredEvent {
    const { coarse, fine, outside } = this.answers;
    const isFine = rows.every((at) => fine.has(at));
    return {
      event: 'answered',
      images: rows.map((at) => this.context.material.images[at]!),
      coarse: rows.map((at) => coarse.get(at)!),
      ...(isFine && { fine: rows.map((at) => fine.get(at)!) }),
      ...(rows.some((at) => outside.has(at)) && { outside: rows.map((at) => outside.get(at) ?? '') }),
    };
  }

  private applyAnswered({ images, coarse, fine, outside }: AnsweredEvent): void {
    const trusted = this.strategy.trustedAnswers === 'bought';
    images.forEach((image, i) => {
      const at = this.naming.rowOf(image);
      this.answers.coarse.set(at, coarse[i]!);
      if (fine) this.answers.fine.set(at, fine[i]!);
      const name = outside?.[i];
      if (name) this.answers.outside.set(at, name);
      const isBought = this.query?.ofAnnotator.has(at) && (trusted || this.pool.label(at) < 0);
      if (saysNothing(coarse[i]!)) return this.pool.addSilence(at);
      if (!isBought || this.pool.hasWeak(at)) return;
      this.ledger.pay('weak');
      this.pool.addWeak(at, coarse[i]!, { trusted });
    });
  }

  private get strategy() {
    return this.context.setup.strategy;
  }
}
