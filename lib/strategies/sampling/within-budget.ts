import type { Engine } from '../../engine';
import type { Matrix } from '../../engine/matrix';
import { check } from '../../errors';
import type { Random } from '../../random';
import { drawProportionally, largestAbove } from './draw';
import { NearestDistances } from './nearest';
import { scaledDirections } from './points';

/** One way of labelling, the levels given from the fullest to the weakest: what it costs and what it would be worth for each row. */
export interface LabelLevel {
  /** Whole units, at least 1. */
  readonly price: number;
  /** [n]; a row whose value is not above 0, or NaN, is not bought at this level. */
  readonly values: ArrayLike<number>;
}

export interface LabelChoice {
  readonly row: number;
  /** Index into the levels given. */
  readonly level: number;
}

/**
 * ISO's choice of what to label, and how (Instance-wise Supervision-level Optimization, CVPR 2025, section 3.3):
 * k-means++ over the candidates value * h/|h|, one for each row of `hidden` [n, H] and level: first the most valuable,
 * then drawn with probability proportional to the squared distance from the nearest choice, until one is drawn that the
 * budget does not hold. A choice covers what the row's weaker levels would have told: their candidates are centres, too.
 * Departs from the published code: never spends more than `budget` (that last one is not bought, the rest is left over),
 * never labels one row twice in a batch, never buys what is worth nothing, and draws proportionally to value where all
 * distances are 0. Distances are kept, not recomputed: O(n H) a choice (see {@link NearestDistances}), and memory.
 * @returns the choices in order.
 * @throws InputError for a budget or price that is no whole number, or values that are not one a row.
 * @example
 * const { fine, hidden } = await context.predict(context.pool.notFull());
 * const levels = [{ price: context.purse.price('full'), values: uncertainties.entropy(fine) }];
 * const choices = await chooseWithinBudget(hidden, levels, context.purse.left, context.random, context.engine);
 */
export async function chooseWithinBudget(
  hidden: Matrix,
  levels: readonly LabelLevel[],
  budget: number,
  random: Random,
  engine: Engine,
): Promise<LabelChoice[]> {
  check(Number.isInteger(budget) && budget >= 0, `Unexpected budget: ${budget}; expected whole units, 0 or more`);
  for (const { price } of levels)
    check(Number.isInteger(price) && price > 0, `Unexpected price: ${price}; expected whole units, 1 or more`);
  const n = hidden.rows;
  const points = scaledDirections(
    hidden,
    levels.map(({ values }) => values),
  );
  const value = new Float64Array(points.count);
  levels.forEach(({ values }, level) =>
    value.set(
      Float64Array.from(values, (v) => (v > 0 ? v : 0)),
      level * n,
    ),
  );
  const nearest = new NearestDistances(points, engine);
  value.forEach((v, at) => {
    if (v === 0) nearest.close(at);
  });

  const choices: LabelChoice[] = [];
  for (let left = budget; ;) {
    const pick =
      (choices.length ? await nearest.draw(random) : largestAbove(value, 0)) ?? drawProportionally(value, random);
    if (pick === undefined) return choices;
    const [level, row] = [Math.floor(pick / n), pick % n];
    left -= levels[level]!.price;
    if (left < 0) return choices;
    choices.push({ row, level });
    for (let at = pick; at < points.count; at += n) if (value[at]! > 0) nearest.add(at);
    for (let at = row; at < points.count; at += n) {
      value[at] = 0;
      nearest.close(at);
    }
  }
}
