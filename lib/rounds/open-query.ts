import type { Improvement, Level, PoolImage, Purse, Strategy } from '../strategies/strategy';
import type { AskedEvent } from './session-log';

/** One label to buy, and why. */
export interface AskedPurchase {
  /** The image's number in the data set's pool. */
  readonly image: number;
  readonly path?: string;
  /** `full`: its fine class; `weak`: its group. */
  readonly level: Level;
  /** Who is to answer. */
  readonly by: 'human' | 'annotator';
  /** What the strategy held the label to be worth, in its own measure, where it has one. */
  readonly value?: number;
}

/** What a session wants to know. */
export interface Asked {
  readonly round: number;
  /** All that is to be bought, in the order in which it was chosen. */
  readonly purchases: readonly AskedPurchase[];
  /** Of these, what a human has not answered yet. */
  readonly open: readonly AskedPurchase[];
}

/** A query that is being answered. */
export class OpenQuery {
  readonly round: number;
  readonly step: number;
  readonly continues: boolean;
  readonly improvement: Improvement | undefined;
  readonly selectMs: number;
  private readonly purchases: readonly AskedPurchase[];
  /** The pool row of each. */
  private readonly rows: readonly number[];
  /** Rows of which the annotator's answer is bought. */
  readonly ofAnnotator: ReadonlySet<number>;
  /** Rows that a human has to answer for yet. */
  private readonly unanswered: Map<number, Level>;

  constructor(
    { round, step = 0, continues, purchases, improvement, selectMs }: AskedEvent,
    { weakLabels }: Strategy,
    purse: Purse,
    imageOf: (row: number) => PoolImage,
  ) {
    this.round = round;
    this.step = step;
    this.continues = continues ?? false;
    this.improvement = improvement;
    this.selectMs = selectMs;
    const cost = purchases.reduce((sum, { level }) => sum + purse.price(level), 0);
    if (cost > purse.left)
      throw new Error(`The labels chosen cost ${cost} units, but only ${purse.left} are left: a strategy overspent`);
    this.purchases = purchases.map(({ row, level, value }) => {
      const { index, path } = imageOf(row);
      const by = level === 'full' || weakLabels === 'human' ? 'human' : 'annotator';
      return { image: index, level, by, ...(path !== undefined && { path }), ...(value !== undefined && { value }) };
    });
    this.rows = purchases.map(({ row }) => row);
    const of = (who: AskedPurchase['by']) => purchases.filter((_, i) => this.purchases[i]!.by === who);
    this.ofAnnotator = new Set(of('annotator').map(({ row }) => row));
    this.unanswered = new Map(of('human').map(({ row, level }) => [row, level]));
  }

  /** Whether nothing is left to ask of a human. */
  get isAnswered(): boolean {
    return this.unanswered.size === 0;
  }

  asked(): Asked {
    const { round, purchases, rows } = this;
    return { round, purchases, open: purchases.filter((_, i) => this.unanswered.has(rows[i]!)) };
  }

  /** The level that a human is asked for at a row; undefined where none is, or it is answered. */
  levelAskedOfHuman(row: number): Level | undefined {
    return this.unanswered.get(row);
  }

  settle(row: number): void {
    this.unanswered.delete(row);
  }
}
