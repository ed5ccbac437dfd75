import type { Dataset } from '../../datasets/dataset';
import { createStrategy } from '../../strategies/registry';
import type { Strategy } from '../../strategies/strategy';
import { runKey } from '../results/stored-record';
import { completeSetup, defaultPrices } from '../../rounds/setup';
import { configurationHash, studyOf, type RunSetup, type Study } from '../study';
import type { GridSetup, Shard } from './grid-setup';

/** One run of a grid. */
export interface PlannedRun {
  /** Names it within its grid. */
  readonly key: string;
  readonly config: string;
  readonly strategy: Strategy;
  readonly seed: number;
  /** The annotator's price; undefined where the run does not depend on it. */
  readonly weakCost: number | undefined;
  /** The run whose purchases this one repeats in number, so that it must come first. */
  readonly reference?: PlannedRun;
  /** False for a reference that nobody asked for: kept on disk, but left out of the grid's records. */
  readonly asked: boolean;
  readonly setup: RunSetup;
}

export interface Plan {
  readonly study: Study;
  /** In the order of strategies, weak costs and seeds, as listed; each run once; references nobody asked for last. */
  readonly runs: readonly PlannedRun[];
}

/**
 * The runs of a grid, every setup checked.
 * @throws InputError for a setup that cannot be.
 */
export function planGrid(data: Dataset, grid: GridSetup): Plan {
  const { strategies, seeds, weakCosts, ...setup } = grid;
  const study = studyOf(data, setup);
  const runs = new Map<string, PlannedRun>();
  const add = (spec: string, seed: number, price: number, asked: boolean): PlannedRun => {
    const strategy = createStrategy(spec);
    const weakCost = strategy.weakLabels === 'annotator' ? price : undefined;
    const config = configurationHash(study, strategy, weakCost);
    const key = runKey({ config, seed });
    const known = runs.get(key);
    if (known && (known.asked || !asked)) return known;
    const own = { ...setup, prices: { ...setup.prices, weak: price } };
    const reference = strategy.matches === undefined ? undefined : add(strategy.matches, seed, price, false);
    const run = { key, config, strategy, seed, weakCost, ...(reference && { reference }), asked, setup: own };
    runs.set(key, run);
    return run;
  };
  const prices = weakCosts ?? [setup.prices?.weak ?? defaultPrices.weak];
  for (const strategy of strategies) {
    for (const price of prices) checkSetup(data, strategy, { ...setup, prices: { ...setup.prices, weak: price } });
    for (const price of prices) for (const seed of seeds) add(strategy, seed, price, true);
  }
  return { study, runs: [...runs.values()].sort((a, b) => Number(b.asked) - Number(a.asked)) };
}

/**
 * A share of the runs. A run and those that repeat its purchases stay together; the rest is dealt out in turn, so that
 * every share holds each strategy about equally often.
 */
export function shardOf(runs: readonly PlannedRun[], { index, of }: Shard): PlannedRun[] {
  const owners = runs.filter((run) => !run.reference);
  const shares = new Map(owners.map((run, i) => [run.key, i % of]));
  return runs.filter((run) => shares.get((run.reference ?? run).key) === index - 1);
}

function checkSetup(data: Dataset, strategy: string, setup: RunSetup): void {
  const matched = Array.from({ length: setup.rounds }, () => ({ full: 0, weak: 0 }));
  completeSetup({ data, strategy, seed: 0, ...setup, ...(createStrategy(strategy).matches && { matched }) });
}
