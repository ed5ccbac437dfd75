import type { RoundRecord } from '../../../lib/rounds/record';
import {
  atWeakPrice,
  compareWithControls,
  compareWithRivals,
  signed,
  weakPricesOf,
} from '../../../lib/study/statistics';
import { recordedLines } from './read';

/** A real data set with a real VLM's answers, as captions call it: kind of image, annotator, how sure the join is. */
const sets = [
  { name: 'flowers102', title: 'Flowers-102, photographs; GPT-4V, join exact' },
  { name: 'cub100', title: 'half of CUB-200-2011, photographs; Qwen2.5-VL, join recovered statistically' },
  {
    name: 'fgvc-aircraft-edges',
    title: 'FGVC-Aircraft, edge maps (no photographs); GPT-4V, which saw the photographs, join exact',
  },
] as const;

export interface RealStudy {
  readonly name: string;
  readonly title: string;
  readonly records: readonly RoundRecord[];
  readonly seeds: number;
}

/**
 * The recorded studies with real VLMs' answers, as many as there are, with the complete seeds that each has; `study`: the
 * main one (''), `ablations`, `beyond`, `beyond-simulated` or `beyond-ceiling`.
 */
export function realStudies(
  study: '' | 'ablations' | 'beyond' | 'beyond-simulated' | 'beyond-ceiling' = '',
): RealStudy[] {
  return sets.flatMap(({ name, title }) => {
    const records = recordedLines(study ? `${study}-${name}` : name) as RoundRecord[] | undefined;
    return records ? [{ name, title, records, seeds: new Set(records.map(({ seed }) => seed)).size }] : [];
  });
}

/**
 * The seeds for which every configuration has as many rounds as the longest run: those of which no comparison is missing a
 * side. Strategies of which only some seeds are there are left out where `strategies` names those to keep.
 */
export function completeSeeds(records: readonly RoundRecord[], strategies: readonly string[]): RoundRecord[] {
  const kept = records.filter(({ strategy }) => strategies.includes(strategy));
  const runOf = ({ strategy, weakCost }: RoundRecord): string => `${strategy} ${weakCost ?? ''}`;
  const runs = new Set(kept.map(runOf));
  const rounds = Math.max(...kept.map(({ round }) => round)) + 1;
  const bySeed = new Map<number, number>();
  for (const { seed } of kept) bySeed.set(seed, (bySeed.get(seed) ?? 0) + 1);
  return kept.filter(({ seed }) => bySeed.get(seed) === runs.size * rounds);
}

/**
 * Points of area under the curve by which `method` is ahead of each rival and of each control, a column for each price;
 * with the 95 % interval (Student's t) where there are three seeds or more: fewer tell a direction, and no certainty.
 * @param most Only so many of them, the hardest over all prices, hardest first.
 */
export function leadRows(
  { records, title, seeds }: RealStudy,
  method: string,
  most?: number,
): Record<string, string | number>[] {
  const found = new Map<string, { readonly row: Record<string, string | number>; lead: number }>();
  for (const cost of weakPricesOf(records)) {
    const at = atWeakPrice(records, cost);
    for (const { against, mean, interval } of [...compareWithRivals(at, method), ...compareWithControls(at, method)]) {
      if (!found.has(against))
        found.set(against, { row: { data: title, n: seeds, [`${method} against`]: against }, lead: 0 });
      const range = seeds < 3 ? '' : ` (${signed(interval.low)} to ${signed(interval.high)})`;
      const known = found.get(against)!;
      known.row[`weak label at ${cost}`] = `${signed(mean)}${range}`;
      known.lead += mean;
    }
  }
  const all = [...found.values()];
  return (most === undefined ? all : all.sort((a, b) => a.lead - b.lead).slice(0, most)).map(({ row }) => row);
}
