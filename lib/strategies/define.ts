import { complete, type Given, type Options, type Values } from './options';
import { canonicalSpec } from './spec';
import type { Level, Strategy } from './strategy';

/** A strategy as lists show it, and its maker. */
export interface StrategyEntry<O extends Options = Options> {
  readonly name: string;
  /** One line. */
  readonly description: string;
  /** Paper, section. */
  readonly source: string;
  readonly buys: readonly Level[];
  readonly options: O;
  /** The strategy whose run with the same seed and setup must exist before this one's. */
  readonly matches?: string;
  /** @throws InputError for an option that it has not, or a value that cannot be. */
  create(options?: Partial<Values<O>>): Strategy;
}

type Definition<O extends Options> = Omit<StrategyEntry<O>, 'create' | 'matches'> & {
  create(values: Values<O>): Omit<Strategy, 'name' | 'buys'>;
};

/** An entry whose `create` checks and completes the options, and names the strategy by its canonical spec. */
export function defineStrategy<O extends Options>(definition: Definition<O>): StrategyEntry<O> {
  const { name, buys, options } = definition;
  const create = (given: Given = {}): Strategy => {
    const values = complete(name, options, given);
    return { name: canonicalSpec(name, options, values), buys, ...definition.create(values) };
  };
  const { matches } = create();
  return { ...definition, ...(matches !== undefined && { matches }), create };
}

/** For `buys`. */
export const fullOnly: readonly Level[] = ['full'];
export const fullAndWeak: readonly Level[] = ['full', 'weak'];
