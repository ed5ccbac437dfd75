import { check } from '../../errors';
import type { RoundRecord } from '../../rounds/record';
import type { Interval } from './bootstrap';
import { holm } from './holm';
import { checkOneWeakCost } from './of-records';
import { pairedDifference, runsOf, summarise, type PairedDifference, type RunSummary } from './runs';
import { halfWidth } from './spread';
import { wilcoxonSignedRank } from './wilcoxon';

/** One method's area under the curve minus a rival's, in points of accuracy, seed by seed. */
export interface Comparison extends PairedDifference {
  readonly name: string;
  readonly against: string;
  /** The interval does not hold 0; never for a single seed. */
  readonly clear: boolean;
  /**
   * Confidence interval (95 %) of the mean, by Student's t: a study has few seeds, for which bootstrap intervals are too
   * narrow ({@link bootstrapInterval}). A single seed gives its own value.
   */
  readonly interval: Interval;
  /** Wilcoxon's signed-rank test over the seeds, two-sided; and after Holm's correction over all comparisons made together. */
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
 * full-labelled images alone. That head costs nothing, so these are the rivals to beat; most beaten first.
 */
export function compareWithControls(records: readonly RoundRecord[], method: string): Comparison[] {
  return compareWith(records, method, [...rivalsOf(records, method), method], true);
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
 * @throws InputError for records of several weak costs (choose one by `atWeakCost`), and for pairs that share no seed.
 */
export function comparePairs(
  records: readonly RoundRecord[],
  pairs: readonly (readonly [Contender, Contender])[],
): Comparison[] {
  checkOneWeakCost(records);
  const runs = runsOf(records).map(summarise);
  const comparisons = pairs.map(([first, second]) => {
    const [name, against] = [nameOf(first), nameOf(second)];
    const seedsOf = ({ strategy }: Contender): number[] =>
      runs.filter((run) => run.strategy === strategy).map(({ seed }) => seed);
    const theirs = seedsOf(second);
    check(
      seedsOf(first).some((seed) => theirs.includes(seed)),
      `"${name}" shares no seed with "${against}"; run both on the same seeds`,
    );
    const difference = pairedDifference(runs, areaOf(first), areaOf(second));
    const { mean, seeds, differences } = difference;
    const half = halfWidth(differences, 'ci95');
    const interval = { low: mean - half, high: mean + half };
    const clear = seeds > 1 && (interval.low > 0 || interval.high < 0);
    return { name, against, ...difference, clear, interval, p: wilcoxonSignedRank(differences).p };
  });
  const corrected = holm(comparisons.map(({ p }) => p));
  return comparisons.map((comparison, i) => ({ ...comparison, holm: corrected[i]! }));
}

const nameOf = ({ strategy, control }: Contender): string => strategy + (control ? ' + trusted coarse head' : '');

const areaOf =
  ({ strategy, control }: Contender) =>
  (run: RunSummary): number | undefined =>
    run.strategy === strategy ? (control ? run.trustedOnlyArea : run.area) : undefined;

/** "ahead of margin by 1.2 points (± 0.5 over 3 seeds), clearly" */
export function inWords({ against, mean, deviation, seeds, clear }: Comparison): string {
  const spread = `± ${deviation.toFixed(1)} over ${seeds} seed${seeds === 1 ? '' : 's'}`;
  const verdict = clear ? 'clear' : 'within the noise';
  return `${mean >= 0 ? 'ahead of' : 'behind'} ${against} by ${Math.abs(mean).toFixed(1)} points (${spread}; ${verdict})`;
}
