import { check } from '../errors';

export type OptionValue = string | number | boolean;

/** A setting of a choice: a strategy, a learner, ... Values come from code or from a spec's text; both are checked by the same rule. */
export interface Option<T extends OptionValue = OptionValue> {
  readonly default: T;
  readonly description: string;
  /** What it may be, in words: "0 to 1". */
  readonly accepts: string;
  /** The value a text stands for; undefined if it stands for none. */
  parse(text: string): T | undefined;
}

export type Options = Readonly<Record<string, Option>>;
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** Values for some options, as code gives them or a spec's text. */
export type Given = Readonly<Record<string, OptionValue | undefined>>;

/**
 * One of some words.
 * @example
 * const measure = choice(['margin', 'entropy'], 'margin', 'what makes an image worth a label');
 * const options = { measure, most: count(5, 1, 'labels a round'), weakShare: share(0.1, 'money for weak labels') };
 * export default defineStrategy({ name: 'mine', options, create: myStrategy }); // chosen as mine(most=9)
 */
export const choice = <T extends string>(words: readonly T[], preset: T, description: string): Option<T> => ({
  default: preset,
  description,
  accepts: words.join(', '),
  parse: (text) => words.find((word) => word === text),
});

/** A number from 0 to 1. */
export const share = (preset: number, description: string): Option<number> => ({
  default: preset,
  description,
  accepts: '0 to 1',
  parse: (text) => numberWhere(text, (value) => value >= 0 && value <= 1),
});

/** Yes or no. */
export const flag = (preset: boolean, description: string): Option<boolean> => ({
  default: preset,
  description,
  accepts: 'true, false',
  parse: (text) => ({ true: true, false: false })[text],
});

/** A number from `least`. */
export const atLeast = (preset: number, least: number, description: string): Option<number> => ({
  default: preset,
  description,
  accepts: `a number from ${least}`,
  parse: (text) => numberWhere(text, (value) => value >= least && value < Infinity),
});

/** Any text: a file, a model's name. */
export const text = (preset: string, description: string): Option<string> => ({
  default: preset,
  description,
  accepts: 'text',
  parse: (given) => given,
});

/** A whole number from `least`. */
export const count = (preset: number, least: number, description: string): Option<number> => ({
  default: preset,
  description,
  accepts: `a whole number from ${least}`,
  parse: (text) => numberWhere(text, (value) => Number.isSafeInteger(value) && value >= least),
});

/** The name of another choice of this kind, with options of its own where it has some. */
export const spec = (preset: string, accepts: string, description: string): Option<string> => ({
  default: preset,
  description,
  accepts,
  parse: (text) => (/^[a-z][a-z-]*(\(.*\))?$/.test(text) ? text : undefined),
});

function numberWhere(text: string, holds: (value: number) => boolean): number | undefined {
  const value = text === '' ? NaN : Number(text);
  return holds(value) ? value : undefined;
}

/**
 * The defaults with `given` laid over them.
 * @param who what has the options: `strategy "margin"`.
 * @throws InputError naming the option, what it was and what it may be.
 */
export function complete<O extends Options>(who: string, options: O, given: Given) {
  const known = Object.keys(options);
  for (const key of Object.keys(given))
    check(
      known.includes(key),
      `${who[0]!.toUpperCase()}${who.slice(1)} has no option "${key}"; ${known.length ? `expected ${known.join(', ')}` : 'it has none'}`,
    );
  const values = Object.entries(options).map(([key, option]) => {
    if (given[key] === undefined) return [key, option.default];
    const value = option.parse(String(given[key]));
    check(value !== undefined, `Unexpected ${key} of ${who}: ${String(given[key])}; expected ${option.accepts}`);
    return [key, value];
  });
  return Object.fromEntries(values) as Values<O>;
}
