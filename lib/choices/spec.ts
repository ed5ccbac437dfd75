import { check } from '../errors';
import type { Given, Options } from './options';

/** A choice as it is named in a list, a record or a figure: `margin`, `fixed-ratio(weakShare=0.5)`. */
export interface Spec {
  readonly name: string;
  /** As written; not checked yet. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Takes a spec apart.
 * @param kind what it should be, for messages: "strategy".
 * @throws InputError for text that is no spec, or an option given twice.
 */
export function parseSpec(text: string, kind = 'strategy'): Spec {
  const [, name, , list] = /^\s*([^\s()=,]+)\s*(\((.*)\))?\s*$/s.exec(text) ?? [];
  check(name, `Unexpected ${kind}: "${text}"; expected a name, or name(option=value,...)`);
  const options: Record<string, string> = {};
  for (const item of splitSpecs(list ?? '')) {
    const at = item.indexOf('=');
    const key = item.slice(0, at).trim();
    check(at > 0, `Unexpected option of ${kind} "${name}": "${item}"; expected option=value`);
    check(!Object.hasOwn(options, key), `Option "${key}" of ${kind} "${name}" is given twice`);
    options[key] = item.slice(at + 1).trim();
  }
  return { name, options };
}

/** The one way to write a choice: its options in their own order, those at their defaults left out. */
export function canonicalSpec(name: string, options: Options, values: Given): string {
  const given = Object.entries(options).filter(([key, option]) => values[key] !== option.default);
  return given.length ? `${name}(${given.map(([key]) => `${key}=${String(values[key])}`).join(',')})` : name;
}

/** A list of specs, separated by commas outside parentheses: "margin, fixed-ratio(weakShare=0.5)". */
export function splitSpecs(list: string): string[] {
  const items = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) items.push('');
    else items[items.length - 1] += character;
  }
  return items.map((item) => item.trim()).filter((item) => item !== '');
}
