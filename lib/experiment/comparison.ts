import { pairedDifference, runsOf, summarise, type PairedDifference, type RunSummary } from './metrics';
import type { RoundRecord } from './record';

/** One method's area under the curve minus a rival's, in points of accuracy, seed by seed. */
export interface Comparison extends PairedDifference {
  readonly against: string;
  /** The mean is further from 0 than two of its standard errors. */
  readonly clear: boolean;
}

/** `method` against every other strategy in the records; most beaten first. */
export function compareWithRivals(records: readonly RoundRecord[], method: string): Comparison[] {
  const runs = runsOf(records).map(summarise);
  const areaOf = (name: string) => (run: RunSummary) => (run.strategy === name ? run.area : undefined);
  const rivals = [...new Set(runs.map(({ strategy }) => strategy))].filter((name) => name !== method);
  return rivals
    .map((rival) => judged(rival, pairedDifference(runs, areaOf(method), areaOf(rival))))
    .sort((a, b) => b.mean - a.mean);
}

/** `method` against its own control, whose coarse head learns from trusted images only: what its weak labels gained. */
export function compareWithControl(records: readonly RoundRecord[], method: string): Comparison {
  const runs = runsOf(records.filter(({ strategy }) => strategy === method)).map(summarise);
  const difference = pairedDifference(
    runs,
    (run) => run.area,
    (run) => run.trustedOnlyArea,
  );
  return judged('its own trusted-only control', difference);
}

/** "ahead of margin by 1.2 points (± 0.5 over 3 seeds), clearly" */
export function inWords({ against, mean, deviation, seeds, clear }: Comparison): string {
  const spread = `± ${deviation.toFixed(1)} over ${seeds} seed${seeds === 1 ? '' : 's'}`;
  const verdict = clear ? 'clear' : 'within the noise';
  return `${mean >= 0 ? 'ahead of' : 'behind'} ${against} by ${Math.abs(mean).toFixed(1)} points (${spread}; ${verdict})`;
}

const judged = (against: string, difference: PairedDifference): Comparison => {
  const { mean, deviation, seeds } = difference;
  return { against, ...difference, clear: seeds > 1 && Math.abs(mean) > (2 * deviation) / Math.sqrt(seeds) };
};
