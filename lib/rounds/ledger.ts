import { check } from '../errors';
import type { Level, Purse } from '../strategies/strategy';

/** Of one label of either level, in any unit. */
export type LevelPrices = Readonly<Record<Level, number>>;

/**
 * The only place where labels are paid for. Prices and budget are decimal numbers, counted in whole units of the
 * smallest step that holds them all, so that sums are exact; what a round leaves over is carried to the next.
 */
export class Ledger implements Purse {
  /** Units that make up a price of 1. */
  private readonly unitsPerPrice: number;
  private readonly prices: Record<Level, number>;
  private readonly allowance: number;
  private deposited = 0;
  private paid = 0;

  /** @throws InputError for prices or a budget that are not positive decimals, or a budget below one full label. */
  constructor(
    private readonly levelPrices: LevelPrices,
    private readonly budget: number,
  ) {
    const { full, weak } = levelPrices;
    this.unitsPerPrice = commonUnit({ 'price of a full label': full, 'price of a weak label': weak, budget });
    this.prices = { full: this.toUnits(full), weak: this.toUnits(weak) };
    this.allowance = this.toUnits(budget);
    check(
      this.allowance >= this.prices.full,
      `Unexpected budget: ${budget} a round does not buy one full label, which costs ${full}; raise the budget`,
    );
  }

  /** Adds a round's budget, or another amount in the unit of the prices, to what is left. */
  openRound(amount?: number): void {
    this.deposited += amount === undefined ? this.allowance : Math.floor(amount * this.unitsPerPrice + 1e-6);
  }

  /** A purse for choosing: what this one will hold when the next round is open. Paying from it leaves this one as it is. */
  withNextRound(amount?: number): Ledger {
    const next = new Ledger(this.levelPrices, this.budget);
    next.deposited = this.deposited;
    next.paid = this.paid;
    next.openRound(amount);
    return next;
  }

  get left(): number {
    return this.deposited - this.paid;
  }

  price(level: Level): number {
    return this.prices[level];
  }

  affords(level: Level): number {
    return Math.floor(this.left / this.prices[level]);
  }

  /** Pays for one label. Throws an Error if the purse does not hold its price: a strategy overspent. */
  pay(level: Level): void {
    const price = this.prices[level];
    if (price > this.left) throw new Error(`A ${level} label costs ${price} units, but only ${this.left} are left`);
    this.paid += price;
  }

  /** Spent so far, in the unit of the prices. */
  get spent(): number {
    return this.paid / this.unitsPerPrice;
  }

  /** Given out so far, in the unit of the prices. */
  get given(): number {
    return this.deposited / this.unitsPerPrice;
  }

  private toUnits(price: number): number {
    return Math.round(price * this.unitsPerPrice);
  }
}

/** The smallest power of ten that turns every value into a whole number (up to a millionth). */
function commonUnit(values: Readonly<Record<string, number>>): number {
  const named = Object.entries(values);
  for (const [name, value] of named)
    check(Number.isFinite(value) && value > 0, `Unexpected ${name}: ${value}; expected a positive number`);
  let unit = 1;
  while (unit < 1e6 && !named.every(([, value]) => isWhole(value, unit))) unit *= 10;
  for (const [name, value] of named) {
    const near = Math.max(1e-6, Number(value.toFixed(6)));
    check(
      isWhole(value, unit),
      `Unexpected ${name}: ${value}; expected at most six decimals: round it, e.g. to ${near}`,
    );
  }
  return unit;
}

const isWhole = (value: number, unit: number): boolean =>
  Math.abs(value * unit - Math.round(value * unit)) < 1e-9 * unit * Math.max(1, value);
