import { check } from '../../lib/errors';
import type { Tokens } from './provider';

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/**
 * List prices of models that see images, as published in October 2026, where two prices are announced the higher one;
 * they change, so they are only a default for the `price` setting. Free tiers, caching and batch discounts are not
 * counted.
 */
const listPrices: Readonly<Record<string, Price>> = {
  'gemini-3.8-flash': { input: 1.5, output: 7.5 },
  'gemini-3.5-flash': { input: 1.5, output: 9 },
  'gemini-3.5-flash-lite': { input: 0.3, output: 2.5 },
  'gemini-3.1-flash-lite': { input: 0.25, output: 1.5 },
  'gemini-2.5-pro': { input: 1.25, output: 10 },
  'gemini-2.5-flash': { input: 0.3, output: 2.5 },
  'gemini-2.5-flash-lite': { input: 0.1, output: 0.4 },
  'gemini-2.0-flash': { input: 0.1, output: 0.4 },
  'gpt-5': { input: 1.25, output: 10 },
  'gpt-5-mini': { input: 0.25, output: 2 },
  'gpt-5-nano': { input: 0.05, output: 0.4 },
  'gpt-4.1': { input: 2, output: 8 },
  'gpt-4.1-mini': { input: 0.4, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, output: 0.4 },
  'gpt-4o': { input: 2.5, output: 10 },
  'gpt-4o-mini': { input: 0.15, output: 0.6 },
};

/** The list price of a model, dated versions of it included ("gpt-4o-2024-08-06"); undefined for one not listed. */
export function listPrice(model: string): Price | undefined {
  const name = model.replace(/^models\//, '').replace(/-(?:\d{4}-\d{2}-\d{2}|\d{3}|latest)$/, '');
  return Object.hasOwn(listPrices, name) ? listPrices[name] : undefined;
}

/** US dollars; undefined without a price. */
export const costOf = (tokens: Tokens, price: Price | undefined): number | undefined =>
  price && (tokens.input * price.input + tokens.output * price.output) / 1e6;

/** "0.30,2.50": dollars for a million tokens in and out. @throws InputError for anything else. */
export function parsePrice(text: string): Price {
  const [input, output, ...rest] = text.split(',').map(Number);
  check(
    !rest.length && input! >= 0 && output! >= 0,
    `Unexpected price: "${text}"; expected dollars per million tokens in and out, e.g. 0.30,2.50`,
  );
  return { input: input!, output: output! };
}

/** About how many tokens a text is: three characters each, which is rather too many. */
export const textTokens = (text: string): number => Math.ceil(text.length / 3);

/** "$0.0123" */
export const dollars = (amount: number): string => `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
