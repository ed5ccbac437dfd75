import { define, type Definition, type Entry } from '../choices/choices';
import type { Options } from '../choices/options';
import type { Level, Strategy } from './strategy';

/** A strategy as lists show it, and its maker. */
export interface StrategyEntry<O extends Options = Options> extends Entry<Strategy, O> {
  readonly buys: readonly Level[];
  /** The strategy whose run with the same seed and setup must exist before this one's. */
  readonly matches?: string;
}

type StrategyDefinition<O extends Options> = Omit<Definition<Strategy, O>, 'create'> & {
  /** Default: full labels only. */
  readonly buys?: readonly Level[];
  create(values: Parameters<Definition<Strategy, O>['create']>[0]): Omit<Strategy, 'name' | 'buys'>;
};

/**
 * A strategy of yours or ours: its name, what it may buy, its options, and what makes it from their values.
 * @example
 * export default defineStrategy({
 *   name: 'least-sure',
 *   create: () => ({
 *     async query(context) {
 *       const { fine } = await context.predict(context.pool.notFull());
 *       return buyMostUseful(context, uncertainties.entropy(fine));
 *     },
 *   }),
 * });
 */
export function defineStrategy<O extends Options = Record<never, never>>(
  definition: StrategyDefinition<O>,
): StrategyEntry<O> {
  const { buys = fullOnly, create } = definition;
  const entry = define<Strategy, O>('strategy', {
    ...definition,
    create: (values) => ({ buys, ...create(values) }),
  });
  const { matches } = entry.create();
  return { ...entry, buys, ...(matches !== undefined && { matches }) };
}

/** For `buys`. */
export const fullOnly: readonly Level[] = ['full'];
export const fullAndWeak: readonly Level[] = ['full', 'weak'];
