import { runGrid } from './grid';
import type { GridOptions, GridSetup } from './grid';
import { profileNamed } from './profiles';
import type { RoundRecord } from './record';

/** One way to run a strategy, under a name of its own. */
export interface Variant extends Partial<Omit<GridSetup, 'dataset' | 'strategies' | 'seeds'>> {
  readonly name: string;
  /** The strategy's spec. */
  readonly strategy: string;
}

/**
 * An ablation: variants of strategies on the same data, seeds and rounds. The records carry the variants' names in place of their
 * strategies', so that every table, figure and comparison of strategies is one of variants.
 * @throws InputError as {@link runGrid} does.
 */
export async function runVariants(
  base: Omit<GridSetup, 'strategies'> & GridOptions,
  variants: readonly Variant[],
): Promise<RoundRecord[]> {
  const { onProgress, ...shared } = base;
  const all: RoundRecord[] = [];
  const total = variants.length * base.seeds.length * base.rounds;
  for (const [i, { name, strategy, ...changes }] of variants.entries()) {
    const before = (i / variants.length) * total;
    const records = await runGrid({
      ...shared,
      ...changes,
      strategies: [strategy],
      ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, done: before + progress.done, total }) }),
    });
    all.push(...records.map((record) => ({ ...record, strategy: name })));
  }
  return all;
}

/** How much of an ablation to run: the quick profile shows which way things point, the full one how far. */
export function ablationSize(profile: string): Pick<GridSetup, 'seeds' | 'rounds' | 'budget' | 'improvement'> {
  const { seeds, rounds, budget, improvement } = profileNamed(profile);
  if (profile !== 'quick') return { seeds, rounds, budget, ...(improvement && { improvement }) };
  return { seeds: seeds.slice(0, 2), rounds: 3, budget, ...(improvement && { improvement }) };
}
