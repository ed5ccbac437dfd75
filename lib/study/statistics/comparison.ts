import { check } from '../../errors';
import type { RoundRecord } from '../../rounds/record';
import type { Interval } from './bootstrap';
import { holm } from './holm';
import { checkOneWeakPrice } from './of-records';
import { pairedT } from './paired-t';
import { pairedDifference, runsOf, summarise, type PairedDifference, type RunSummary } from './runs';

/** One method's area under the curve minus a rival's, in points of accuracy, seed by seed. */
export interface Comparison extends PairedDifference {
  readonly name: string;
  readonly against: string;
  /** {@link holm} is below 0.05; never for a single seed. */
  readonly clear: boolean;
  /**
   * Confidence interval (95 %) of the mean, by Student's t: a study has few seeds, for which bootstrap intervals are too
   * narrow ({@link bootstrapInterval}). A single seed gives its own value.
   */
  readonly interval: Interval;
  /** Paired t-test over the seeds, two-sided: below 0.05 where the interval leaves out 0; then after Holm's correction over all comparisons made together. */
  readonly p: number;
  readonly holm: number;
}

/** A strategy as it was run, or its control: the same purchases with a coarse head trained on full-labelled images only. */
export interface Contender {
  readonly strategy: string;
  readonly control?: boolean;
}

/** `method` against every other strategy in the records, as each was run; most beaten first. */
export function compareWithRivals(records: readonly RoundRecord[], method: string): Comparison[] {
  return compareWith(records, method, rivalsOf(records, method), false);
}

/**
 * `method` against the controls: every strategy's purchases, its own among them, with a coarse head that learns from the
 * full-labelled images alone. That head costs nothing, so these are the rivals to beat; most beaten first. None of a learner
 * without a coarse head.
 * @example
 * for (const { against, interval } of compareWithControls(records, 'weak-annotator')) console.log(against, interval);
 */
export function compareWithControls(records: readonly RoundRecord[], method: string): Comparison[] {
  const controlled = controlledIn(records);
  return compareWith(records, method, [...rivalsOf(records, method), method].filter(controlled), true);
}

/** Which strategies have a control in all of their records. */
export function controlledIn(records: readonly RoundRecord[]): (strategy: string) => boolean {
  const without = new Set<string>();
  for (const { strategy, trustedOnlyFineAccuracy } of records)
    if (trustedOnlyFineAccuracy === undefined) without.add(strategy);
  return (strategy) => !without.has(strategy);
}

function rivalsOf(records: readonly RoundRecord[], method: string): string[] {
  return [...new Set(records.map(({ strategy }) => strategy))].filter((name) => name !== method);
}

function compareWith(records: readonly RoundRecord[], method: string, names: string[], control: boolean): Comparison[] {
  const pairs = names.map((strategy): [Contender, Contender] => [{ strategy: method }, { strategy, control }]);
  return comparePairs(records, pairs).sort((a, b) => b.mean - a.mean);
}

/**
 * The first of each pair minus the second, in the order given; Holm's correction is over all pairs.
 * @throws InputError for records of several weak prices (choose one by `atWeakPrice`), for pairs that share no seed, and for
 * the control of a learner that has none.
 */
export function comparePairs(
  records: readonly RoundRecord[],
  pairs: readonly (readonly [Contender, Contender])[],
): Comparison[] {
  checkOneWeakPrice(records);
  const runs = runsOf(records).map(summarise);
  const controlled = controlledIn(records);
  const comparisons = pairs.map(([first, second]) => {
    const [name, against] = [nameOf(first), nameOf(second)];
    const seedsOf = ({ strategy }: Contender): number[] =>
      runs.filter((run) => run.strategy === strategy).map(({ seed }) => seed);
    const theirs = seedsOf(second);
    check(
      seedsOf(first).some((seed) => theirs.includes(seed)),
      `"${name}" shares no seed with "${against}"; run both on the same seeds`,
    );
    for (const { strategy, control } of [first, second])
      check(
        !control || controlled(strategy),
        `"${strategy}" has no control: its learner has no coarse head; compare it as it was run`,
      );
    const difference = pairedDifference(runs, areaOf(first), areaOf(second));
    const { low, high, p } = pairedT(difference.differences);
    return { name, against, ...difference, interval: { low, high }, p };
  });
  const corrected = holm(comparisons.map(({ p }) => p));
  return comparisons.map((comparison, i) => ({ ...comparison, holm: corrected[i]!, clear: corrected[i]! < 0.05 }));
}

/** As tables and sentences call it. */
const nameOf = ({ strategy, control }: Contender): string => strategy + (control ? ' + trusted coarse head' : '');

const areaOf =
  ({ strategy, control }: Contender) =>
  (run: RunSummary): number | undefined =>
    run.strategy === strategy ? (control ? run.trustedOnlyArea : run.area) : undefined;

/** "0.020", "below 0.001" */
export const pInWords = (p: number): string => (p < 0.001 ? 'below 0.001' : p.toFixed(3));

/**
 * "+1.4 points over margin (95 % interval +0.6 to +2.2, p 0.020, 9 of 10 seeds)", where p is Holm's; "unresolved: ..."
 * where it is not clear.
 * @example
 * console.log(compareWithControls(records, 'weak-annotator').map(inWords).join('\n'));
 */
export function inWords({ against, mean, interval, holm, wins, seeds, clear }: Comparison): string {
  const points = `${signed(mean)} points ${mean < 0 ? 'against' : 'over'} ${against}`;
  const numbers = `95 % interval ${signed(interval.low)} to ${signed(interval.high)}, p ${pInWords(holm)}, ${wins} of ${seeds} seeds`;
  return `${clear ? '' : 'unresolved: '}${points} (${numbers})`;
}

/** "+0.4", "−1.2", "0.0": to a tenth, with its sign. */
export function signed(value: number): string {
  const size = Math.abs(value).toFixed(1);
  return `${size === '0.0' ? '' : value < 0 ? '−' : '+'}${size}`;
}
