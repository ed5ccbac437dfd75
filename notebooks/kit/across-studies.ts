import { check } from '../../lib/errors';
import type { RoundRecord } from '../../lib/rounds/record';
import { atWeakPrice, comparePairs, holm, pInWords, signed, weakPricesOf } from '../../lib/study/statistics';
import type { Row } from './table';

/** Two studies of the same data and rounds, between which two methods are compared. */
export interface TwoStudies {
  readonly title: string;
  /** With `method` in it. */
  readonly records: readonly RoundRecord[];
  /** With its rival. */
  readonly others: readonly RoundRecord[];
}

/**
 * Points of area under the curve by which a method of one study is ahead of one of another, at each price that both have,
 * seed by seed, with 95 % intervals (Student's t); p is Holm's, over all rows. @throws InputError for studies without
 * a common price or seed.
 */
export function acrossStudies(studies: readonly TwoStudies[], method: string, rival: string): Row[] {
  const found = studies.flatMap(({ title, records, others }) => {
    const common = weakPricesOf(records).filter((price) => weakPricesOf(others).includes(price));
    return common.map((price) => {
      const of = (all: readonly RoundRecord[], name: string): RoundRecord[] =>
        atWeakPrice(all, price).filter(({ strategy }) => strategy === name);
      const both = [...of(records, method), ...of(others, rival)];
      return { title, price, ...comparePairs(both, [[{ strategy: method }, { strategy: rival }]])[0]! };
    });
  });
  check(found.length, 'The studies have no price of a weak label in common');
  const corrected = holm(found.map(({ p }) => p));
  return found.map(({ title, price, mean, interval: { low, high }, seeds, wins }, i) => ({
    data: title,
    'weak label at': String(price),
    [`${method} over ${rival}`]: signed(mean),
    '95 % interval': `${signed(low)} to ${signed(high)}`,
    "p (Holm's)": pInWords(corrected[i]!),
    'seeds ahead': `${wins} of ${seeds}`,
  }));
}
