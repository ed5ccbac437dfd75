import { createHash } from 'node:crypto';

/** What results depend on, every default filled in: a plain JSON object. */
export type Settings = Readonly<Record<string, unknown>>;

/** 12 hexadecimal digits that name settings, whatever the order of their keys; values that are undefined do not count. */
export const hashOf = (settings: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(settings)))
    .digest('hex')
    .slice(0, 12);

/** Names of the values in which two settings differ, as paths, with both values: "training.steps: 300 there, 100 here". */
export function differences(there: unknown, here: unknown, path = ''): string[] {
  if (JSON.stringify(sorted(there)) === JSON.stringify(sorted(here))) return [];
  if (!isObject(there) || !isObject(here))
    return [`${path}: ${JSON.stringify(there) ?? 'absent'} there, ${JSON.stringify(here) ?? 'absent'} here`];
  const names = [...new Set([...Object.keys(there), ...Object.keys(here)])];
  return names.flatMap((name) => differences(there[name], here[name], path ? `${path}.${name}` : name));
}

/** As it will be read from disk: lists for typed arrays, words for numbers that JSON does not have. */
export function plain(value: unknown): Settings {
  const text = JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'function') return 'own'; // what an object does has no text to compare by
    if (ArrayBuffer.isView(item)) return Array.from(item as Int32Array);
    return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  });
  return JSON.parse(text) as Settings;
}

/** The same value with every object's keys in alphabetical order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
