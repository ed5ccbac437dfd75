import type { RoundRecord } from '../../rounds/record';
import { bootstrapInterval, type Interval } from './bootstrap';
import { holm } from './holm';
import { checkOneWeakCost } from './of-records';
import { pairedDifference, runsOf, summarise, type PairedDifference, type RunSummary } from './runs';
import { wilcoxonSignedRank } from './wilcoxon';

/** One method's area under the curve minus a rival's, in points of accuracy, seed by seed. */
export interface Comparison extends PairedDifference {
  readonly against: string;
  /** The mean is further from 0 than two of its standard errors. */
  readonly clear: boolean;
  /** Bootstrap interval (BCa, 95 %) of the mean. */
  readonly interval: Interval;
  /** Wilcoxon's signed-rank test over the seeds, two-sided; and after Holm's correction over all rivals compared. */
  readonly p: number;
  readonly holm: number;
}

/** `method` against every other strategy in the records, as each was run; most beaten first. */
export function compareWithRivals(records: readonly RoundRecord[], method: string): Comparison[] {
  return compareWith(records, method, rivalsOf(records, method), (run) => run.area, '');
}

/**
 * `method` against the controls: every strategy's purchases, its own among them, with a coarse head that learns from the
 * full-labelled images alone. That head costs nothing, so these are the rivals to beat; most beaten first.
 */
export function compareWithControls(records: readonly RoundRecord[], method: string): Comparison[] {
  const names = [...rivalsOf(records, method), method];
  return compareWith(records, method, names, (run) => run.trustedOnlyArea, ' + trusted coarse head');
}

function rivalsOf(records: readonly RoundRecord[], method: string): string[] {
  return [...new Set(records.map(({ strategy }) => strategy))].filter((name) => name !== method);
}

function compareWith(
  records: readonly RoundRecord[],
  method: string,
  names: readonly string[],
  area: (run: RunSummary) => number,
  suffix: string,
): Comparison[] {
  checkOneWeakCost(records);
  const runs = runsOf(records).map(summarise);
  const comparisons = names.map((name) => {
    const difference = pairedDifference(
      runs,
      (run) => (run.strategy === method ? run.area : undefined),
      (run) => (run.strategy === name ? area(run) : undefined),
    );
    const { mean, deviation, seeds, differences } = difference;
    const clear = seeds > 1 && Math.abs(mean) > (2 * deviation) / Math.sqrt(seeds);
    const interval = bootstrapInterval(differences);
    return { against: name + suffix, ...difference, clear, interval, p: wilcoxonSignedRank(differences).p };
  });
  const corrected = holm(comparisons.map(({ p }) => p));
  return comparisons.map((comparison, i) => ({ ...comparison, holm: corrected[i]! })).sort((a, b) => b.mean - a.mean);
}

/** "ahead of margin by 1.2 points (± 0.5 over 3 seeds), clearly" */
export function inWords({ against, mean, deviation, seeds, clear }: Comparison): string {
  const spread = `± ${deviation.toFixed(1)} over ${seeds} seed${seeds === 1 ? '' : 's'}`;
  const verdict = clear ? 'clear' : 'within the noise';
  return `${mean >= 0 ? 'ahead of' : 'behind'} ${against} by ${Math.abs(mean).toFixed(1)} points (${spread}; ${verdict})`;
}
