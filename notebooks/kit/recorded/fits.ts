import { simulatedAnswers } from '../../../inputs/annotators/simulate';
import type { Dataset } from '../../../lib/data/dataset';
import { wholeTransition, type Measured } from '../noise-study';
import { differencesInWords } from '../measured-in-words';
import { fitOnce, type SingleFit } from './single-fit';

/** Fine test accuracy (%) of one fit, one line of a recorded noise study. */
export interface FitRecord {
  readonly series: string;
  readonly x: number;
  readonly seed: number;
  readonly value: number;
}

/** Fits along an x: what the noise study measures, without any strategy. */
export interface FitSeries {
  readonly name: string;
  readonly xs: readonly number[];
  setup(data: Dataset, x: number): Omit<SingleFit, 'seed'>;
}

/** How often the simulated annotators are right; typefaces have 16 groups, so the first one guesses. */
const rates = [1 / 16, 0.3, 0.6, 0.9, 1];

const corrected = (name: string, correction: 'estimated' | 'none' | 'oracle'): FitSeries => ({
  name,
  xs: rates,
  setup(data, accuracy) {
    const simulated = { ...data, answers: simulatedAnswers(data, { accuracy }) };
    const known = correction === 'oracle' ? wholeTransition(simulated) : correction;
    return { data: simulated, full: 300, weak: 2000, correction: known };
  },
});

export const fitSeries: readonly FitSeries[] = [
  corrected('estimated T', 'estimated'),
  corrected('no correction', 'none'),
  corrected('oracle T', 'oracle'),
  { name: '300 full labels alone', xs: [0], setup: (data) => ({ data, full: 300, weak: 0, correction: 'none' }) },
  {
    name: 'trusted images',
    xs: [10, 25, 50, 100, 200, 400],
    setup: (data, trusted) => ({ data, full: 400, weak: 2000, correction: 'estimated', trusted }),
  },
];

export interface FitOptions {
  readonly series?: readonly FitSeries[];
  /** What is not run again. */
  readonly known?: readonly FitRecord[];
  /** Gets each new fit as it is finished. */
  readonly onRecord?: (record: FitRecord) => void;
}

/** The fits of {@link fitSeries} for `seeds`, one after the other, seed by seed. */
export async function runFits(
  data: Dataset,
  seeds: readonly number[],
  { series = fitSeries, known = [], onRecord }: FitOptions = {},
): Promise<FitRecord[]> {
  const key = ({ series, x, seed }: Omit<FitRecord, 'value'>): string => JSON.stringify([series, x, seed]);
  const found = new Map(known.map((record) => [key(record), record]));
  const all: FitRecord[] = [];
  for (const seed of seeds)
    for (const { name, xs, setup } of series)
      for (const x of xs) {
        const wanted = { series: name, x, seed };
        const old = found.get(key(wanted));
        const record = old ?? { ...wanted, value: 100 * (await fitOnce({ ...setup(data, x), seed })).fine };
        if (!old) onRecord?.(record);
        all.push(record);
      }
  return all;
}

/**
 * The first series minus the second, in points at every x that both have, seed by seed: in words, with t intervals and
 * Holm's p over the xs; `label` names an x.
 */
export function differenceInWords(
  records: readonly FitRecord[],
  [first, second]: readonly [string, string],
  label: (x: number) => string,
): string {
  const valueAt = (series: string, x: number, seed: number): number | undefined =>
    records.find((record) => record.series === series && record.x === x && record.seed === seed)?.value;
  const seeds = [...new Set(records.map(({ seed }) => seed))];
  return differencesInWords(
    pointsOf(records, first).map(({ x }) => ({
      label: label(x),
      values: seeds.flatMap((seed) => {
        const [a, b] = [valueAt(first, x, seed), valueAt(second, x, seed)];
        return a === undefined || b === undefined ? [] : [a - b];
      }),
    })),
  );
}

/** One series as a line's points: the values of its seeds at each x. */
export function pointsOf(records: readonly FitRecord[], series: string): Measured[] {
  const own = records.filter((record) => record.series === series);
  return [...new Set(own.map(({ x }) => x))]
    .sort((a, b) => a - b)
    .map((x) => ({ x, values: own.filter((record) => record.x === x).map(({ value }) => value) }));
}
