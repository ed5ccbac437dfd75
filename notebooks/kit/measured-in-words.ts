import { check } from '../../lib/errors';
import { holm, pairedT, pInWords, signed } from '../../lib/study/statistics';
import type { Measured } from './noise-study';

/** "5.1 (95 % interval 4.2 to 6.0)": the mean of several draws or seeds, by Student's t. */
export function meanInWords(values: readonly number[]): string {
  const { mean, low, high } = pairedT(values);
  return `${mean.toFixed(1)} (95 % interval ${low.toFixed(1)} to ${high.toFixed(1)})`.replaceAll('-', '−');
}

/** Differences in points, seed by seed, and what they are called in a sentence. */
export interface Differences {
  readonly label: string;
  readonly values: readonly number[];
}

/**
 * "right 6 %: +1.2 (+0.7 to +1.8; p 0.003); right 30 %: +0.6 (−0.0 to +1.1; p 0.207), unresolved": t intervals, and Holm's p
 * over all of them.
 * @throws InputError for differences of fewer than two seeds.
 */
export function differencesInWords(all: readonly Differences[]): string {
  for (const { label, values } of all)
    check(values.length > 1, `"${label}" has ${values.length} differences; an interval takes two seeds or more`);
  const compared = all.map(({ values }) => pairedT(values));
  const corrected = holm(compared.map(({ p }) => p));
  return all
    .map(({ label }, i) => {
      const [{ mean, low, high }, p] = [compared[i]!, corrected[i]!];
      const numbers = `${signed(mean)} (${signed(low)} to ${signed(high)}; p ${pInWords(p)})`;
      return `${label} ${numbers}${p < 0.05 ? '' : ', unresolved'}`;
    })
    .join('; ');
}

/** Values at one x minus those at another, or of two series at the same x, draw by draw. */
export const minus = (a: Measured, b: Measured): number[] => a.values.map((value, i) => value - b.values[i]!);

/** "from 12.0 at 25 to 3.2 at 1600, about as n to the power −0.32": means, at the ends of a line. */
export function fallInWords(points: readonly Measured[]): string {
  const [first, last] = [points[0]!, points.at(-1)!].map(({ x, values }) => ({ x, mean: pairedT(values).mean }));
  const power = Math.log(last!.mean / first!.mean) / Math.log(last!.x / first!.x);
  const at = ({ x, mean }: { x: number; mean: number }): string => `${mean.toFixed(1)} at ${x}`;
  return `from ${at(first!)} to ${at(last!)}, about as n to the power ${power.toFixed(2).replace('-', '−')}`;
}
