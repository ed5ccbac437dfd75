import { check } from '../../lib/errors';
import type { RoundRecord } from '../../lib/rounds/record';
import { halfWidth, mean } from '../../lib/study/statistics';
import { runsOf, summarise, type RunSummary } from '../../lib/study/statistics/runs';
import type { Estimate, ForestRow } from './figures';

/**
 * Every strategy's area under the curve minus that of `base`, in points, seed by seed: mean and 95 % confidence interval (Student's
 * t), as a forest plot wants them; beside it the control, whose coarse head knows full-labelled images only, minus the same base.
 * @param options.controlled compare with the base's own control instead of the base as it is.
 * @throws InputError where base has no records.
 */
export function gains(
  records: readonly RoundRecord[],
  base: string,
  { controlled = false }: { controlled?: boolean } = {},
): ForestRow[] {
  const runs = runsOf(records).map(summarise);
  const names = [...new Set(runs.map(({ strategy }) => strategy))];
  check(names.includes(base), `No records of "${base}" to compare with; there are ${names.join(', ')}`);
  const baseOf = (seed: number): number | undefined => {
    const run = runs.find((one) => one.strategy === base && one.seed === seed);
    return run && (controlled ? run.trustedOnlyArea : run.area);
  };
  return names
    .filter((name) => controlled || name !== base)
    .map((name) => {
      const own = runs.filter(({ strategy }) => strategy === name);
      const less = (area: (run: RunSummary) => number): number[] =>
        own.flatMap((run) => {
          const there = baseOf(run.seed);
          return there === undefined ? [] : [area(run) - there];
        });
      const differences = less(({ area }) => area);
      check(differences.length, `"${name}" shares no seed with "${base}"`);
      return {
        name,
        estimate: toEstimate(differences),
        control: toEstimate(less(({ trustedOnlyArea }) => trustedOnlyArea)),
        note: `${differences.filter((gain) => gain > 0).length} of ${differences.length}`,
      };
    });
}

function toEstimate(differences: readonly number[]): Estimate {
  const [middle, half] = [mean(differences), halfWidth(differences, 'ci95')];
  return { mean: middle, low: middle - half, high: middle + half };
}

/** "+1.2 points (95 % interval +0.8 to +1.6)" */
export function gainInWords({ mean: gain, low, high }: Estimate): string {
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
  return `${signed(gain)} points (95 % interval ${signed(low)} to ${signed(high)})`;
}
