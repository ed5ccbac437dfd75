import path from 'node:path';
import { hashOf, plain } from '../rounds/settings';
import { runGrid } from './grid';
import { seedsOf, type GridOptions, type GridSetup } from './grid';
import type { RoundRecord } from '../rounds/record';
import { createStrategy } from '../strategies/registry';
import type { Choice } from '../choices/choices';
import type { Strategy } from '../strategies/strategy';

/** One way to run a strategy, under a name of its own. */
export interface Variant extends Partial<Omit<GridSetup, 'dataset' | 'strategies' | 'seeds'>> {
  readonly name: string;
  readonly strategy: Choice<Strategy>;
}

/**
 * An ablation: variants of strategies on the same data, seeds and rounds. The records carry the variants' names in place of their
 * strategies', so that every table, figure and comparison of strategies is one of variants. `out` gets a folder for each change.
 * @throws InputError as {@link runGrid} does.
 * @example
 * const base = { dataset: 'typefaces', seeds: 3, rounds: 5, budget: 100 };
 * const plain = { name: 'taken as true', strategy: 'weak-annotator', noise: { model: 'none' } } as const;
 * const records = await runVariants(base, [{ name: 'corrected', strategy: 'weak-annotator' }, plain]);
 */
export async function runVariants(
  base: Omit<GridSetup, 'strategies'> & GridOptions,
  variants: readonly Variant[],
): Promise<RoundRecord[]> {
  const { onProgress, out, ...shared } = base;
  const all: RoundRecord[] = [];
  const total = variants.length * seedsOf(base).length * base.rounds;
  for (const group of together(variants)) {
    const changes = changesOf(group[0]);
    const before = all.length;
    const records = await runGrid({
      ...shared,
      ...changes,
      strategies: group.map(({ strategy }) => strategy),
      ...(out !== undefined && { out: path.join(out, hashOf(plain(changes))) }),
      ...(onProgress && {
        onProgress: (progress) => onProgress({ ...progress, done: Math.min(total, before + progress.done), total }),
      }),
    });
    const names = new Map(group.map(({ name, strategy }) => [createStrategy(strategy).name, name]));
    all.push(...records.map((record) => ({ ...record, strategy: names.get(record.strategy)! })));
  }
  return all;
}

function changesOf(variant: Variant): Omit<Variant, 'name' | 'strategy'> {
  const changes: Partial<Record<keyof Variant, unknown>> = { ...variant };
  delete changes.name;
  delete changes.strategy;
  return changes as Omit<Variant, 'name' | 'strategy'>;
}

/** Neighbours that differ in their strategies only share a grid, and so its workers. */
function together(variants: readonly Variant[]): [Variant, ...Variant[]][] {
  const groups: { readonly key: string; readonly members: [Variant, ...Variant[]] }[] = [];
  for (const variant of variants) {
    const { strategy } = variant;
    const key = JSON.stringify(changesOf(variant));
    const last = groups.at(-1);
    const isNew = last?.members.every(
      (member) => createStrategy(member.strategy).name !== createStrategy(strategy).name,
    );
    if (last?.key === key && isNew) last.members.push(variant);
    else groups.push({ key, members: [variant] });
  }
  return groups.map(({ members }) => members);
}
