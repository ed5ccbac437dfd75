import type { RoundRecord } from '../../rounds/record';

export type FlatRecord = Readonly<Record<string, string | number | boolean>>;

/** A record without nesting: `improvement.full` is `improvementFull`, timings go by their own names, lists are left out. */
export function flatten(record: RoundRecord): FlatRecord {
  const flat: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(record) as [string, unknown][]) {
    if (isPlain(value)) flat[name] = value;
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [inner, item] of Object.entries(value) as [string, unknown][])
        if (isPlain(item)) flat[name === 'timing' ? inner : name + inner[0]!.toUpperCase() + inner.slice(1)] = item;
  }
  return flat;
}

/**
 * All records as rows of one table, one a round: plain fields by their names, M_f and M_w and timings as `improvementFull`,
 * `selectMs` and so on; T is left out. A field that a record lacks is NaN in a column of numbers, else ''.
 */
export function recordRows(records: readonly RoundRecord[]): FlatRecord[] {
  const rows = records.map(flatten);
  const columns = columnsOf(rows);
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name, isNumber }) => [name, row[name] ?? (isNumber ? NaN : '')])),
  );
}

/** Every name that occurs, in the order of first use, and whether its values are numbers. */
export function columnsOf(rows: readonly FlatRecord[]): { name: string; isNumber: boolean }[] {
  const columns = new Map<string, boolean>();
  for (const row of rows)
    for (const [name, value] of Object.entries(row))
      columns.set(name, (columns.get(name) ?? true) && typeof value === 'number');
  return [...columns].map(([name, isNumber]) => ({ name, isNumber }));
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
