import { check } from '../../lib/errors';
import type { RoundRecord } from '../../lib/rounds/record';
import { comparePairs, controlledIn, pInWords, signed, type Comparison } from '../../lib/study/statistics';
import type { Estimate, ForestRow } from './figures';

/**
 * Every strategy's area under the curve minus that of `base`, in points, seed by seed, as a forest plot wants it: mean and
 * interval as in {@link comparePairs}; beside it the control, if there is one, whose coarse head knows full-labelled images
 * only, minus the same base. `holm` is the corrected p of the strategy's own difference, over all rows.
 * @param options.controlled compare with the base's own control instead of the base as it is.
 * @throws InputError where base has no records, or the records hold several weak prices: choose one by `atWeakPrice`.
 */
export function gains(
  records: readonly RoundRecord[],
  base: string,
  { controlled = false }: { controlled?: boolean } = {},
): (ForestRow & { readonly holm: number })[] {
  const names = [...new Set(records.map(({ strategy }) => strategy))];
  check(names.includes(base), `No records of "${base}" to compare with; there are ${names.join(', ')}`);
  const shown = names.filter((name) => controlled || name !== base);
  const compare = (control: boolean, strategies: readonly string[]): Comparison[] =>
    comparePairs(
      records,
      strategies.map((strategy) => [
        { strategy, control },
        { strategy: base, control: controlled },
      ]),
    );
  const withControl = shown.filter(controlledIn(records));
  const controls = new Map(compare(true, withControl).map((control, i) => [withControl[i]!, toEstimate(control)]));
  return compare(false, shown).map((own) => ({
    name: own.name,
    estimate: toEstimate(own),
    ...(controls.has(own.name) && { control: controls.get(own.name)! }),
    note: `${own.wins} of ${own.seeds}`,
    holm: own.holm,
  }));
}

const toEstimate = ({ mean, interval, clear }: Comparison): Estimate => ({ mean, ...interval, clear });

/**
 * Rows of {@link gains} sorted out in a sentence: what is clearly better than the base, what clearly worse, and what is
 * unresolved, each with its interval and Holm's p.
 */
export function gainsInWords(rows: ReturnType<typeof gains>, base: string): string {
  const said = (which: (row: (typeof rows)[number]) => boolean): string =>
    rows
      .filter(which)
      .map(({ name, estimate, holm }) => {
        return `${name} ${signed(estimate.mean)} (${signed(estimate.low)} to ${signed(estimate.high)}; p ${pInWords(holm)})`;
      })
      .join(', ') || 'none';
  const better = said(({ estimate }) => estimate.clear === true && estimate.mean > 0);
  const worse = said(({ estimate }) => estimate.clear === true && estimate.mean < 0);
  const open = said(({ estimate }) => !estimate.clear);
  return `**Clearly worse than ${base}:** ${worse}. **Clearly better:** ${better}. **Unresolved:** ${open}.`;
}

/** "+1.2 points (95 % interval +0.8 to +1.6)" */
export function gainInWords({ mean: gain, low, high }: Estimate): string {
  return `${signed(gain)} points (95 % interval ${signed(low)} to ${signed(high)})`;
}
