import { UsageError } from './command';

/** What a numeric option may be; any finite number where nothing is said. */
export interface Range {
  readonly whole?: true;
  readonly from?: number;
  /** More than this. */
  readonly above?: number;
  readonly to?: number;
}

/** The number that an option was given. @throws UsageError naming the option, what it was given and what it may be. */
export function numberIn(option: string, given: string, range: Range): number {
  const { whole, from = -Infinity, above = -Infinity, to = Infinity } = range;
  const value = given.trim() ? Number(given) : NaN;
  const fits = value >= from && value > above && value <= to;
  if (fits && (whole ? Number.isSafeInteger(value) : Number.isFinite(value))) return value;
  const bounds = [
    whole ? 'a whole number' : 'a number',
    ...(range.from === undefined ? [] : [`from ${from}`]),
    ...(range.above === undefined ? [] : [`above ${above}`]),
    ...(range.to === undefined ? [] : [`to ${to}`]),
  ];
  throw new UsageError(`Unexpected --${option}: "${given}"; expected ${bounds.join(' ')}`);
}
