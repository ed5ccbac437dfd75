import type { Choice, Chosen } from '../../choices/choices';
import { withAbsolutePath } from '../../choices/from-file';
import { validateDataset, type Dataset } from '../../data/dataset';
import { check } from '../../errors';
import { checkRun, completeSetup } from '../../rounds/setup';
import { chooseStrategy } from '../../strategies/registry';
import type { Strategy } from '../../strategies/strategy';
import { runKey } from '../results/stored-record';
import { configurationHash, studyOf, type RunSetup, type Study } from '../study';
import { seedsOf, gridWeakPrices, type GridSetup, type Shard } from './grid-setup';

/** One run of a grid. */
export interface PlannedRun {
  /** Names it within its grid. */
  readonly key: string;
  readonly config: string;
  readonly strategy: Strategy;
  /** What another process finds the strategy by: its name or file; the strategy itself where it has neither. */
  readonly choice: Choice<Strategy>;
  /** The hash of the file that the strategy came from. */
  readonly code: string | undefined;
  readonly seed: number;
  /** The annotator's price; undefined where the run does not depend on it. */
  readonly weakPrice: number | undefined;
  /** The run whose purchases this one repeats in number, so that it must come first. */
  readonly reference?: PlannedRun;
  /** False for a reference that nobody asked for: kept on disk, but left out of the grid's records. */
  readonly asked: boolean;
  readonly setup: RunSetup;
}

export interface Plan {
  readonly study: Study;
  /** In the order of strategies, weak prices and seeds, as listed; each run once; references nobody asked for last. */
  readonly runs: readonly PlannedRun[];
}

/**
 * The runs of a grid, every setup checked.
 * @throws InputError for a setup that cannot be.
 */
export function planGrid(data: Dataset, grid: GridSetup): Plan {
  const { strategies, seeds, ...shared } = withAbsolutePaths(grid);
  const setupAt = (weak: number): RunSetup => ({ ...shared, prices: { ...shared.prices, weak } });
  const prices = gridWeakPrices(grid);
  validateDataset(data);
  const study = studyOf(data, setupAt(prices[0]!));
  const runs = new Map<string, PlannedRun>();
  const add = (choice: Choice<Strategy>, chosen: Chosen<Strategy>, seed: number, price: number, asked: boolean) => {
    const { value: strategy, code } = chosen;
    const weakPrice = strategy.weakLabels === 'annotator' ? price : undefined;
    const config = configurationHash(
      study,
      chosen,
      weakPrice,
      shared.learner === undefined ? strategy.learner : undefined,
    );
    const key = runKey({ config, seed });
    const known = runs.get(key);
    if (known && (known.asked || !asked)) return known;
    const { matches } = strategy;
    const reference: PlannedRun | undefined =
      matches === undefined ? undefined : add(matches, chooseStrategy(matches), seed, price, false);
    const isBuiltIn = typeof choice === 'string' && code === undefined;
    const run: PlannedRun = {
      key,
      config,
      strategy,
      choice: isBuiltIn ? strategy.name : choice,
      code,
      seed,
      weakPrice,
      asked,
      setup: setupAt(price),
      ...(reference && { reference }),
    };
    runs.set(key, run);
    return run;
  };
  const chosen = strategies.map((choice) => ({ choice, chosen: chooseStrategy(choice) }));
  const names = chosen.map(({ chosen: { value } }) => value.name);
  const twice = chosen.find(({ chosen: a }, i) =>
    chosen.some(({ chosen: b }, j) => j < i && b.value.name === a.value.name && b.code !== a.code),
  );
  check(!twice, () => `Two strategies are called "${twice!.chosen.value.name}" (of ${names.join(', ')}); rename one`);
  for (const { choice, chosen: strategy } of chosen)
    for (const price of prices) {
      checkSetup(data, strategy.value, setupAt(price));
      for (const seed of seedsOf({ seeds })) add(choice, strategy, seed, price, true);
    }
  return { study, runs: [...runs.values()].sort((a, b) => Number(b.asked) - Number(a.asked)) };
}

/** Files by their whole paths, so that workers in another folder find them. */
function withAbsolutePaths(grid: GridSetup): GridSetup {
  const absolute = <T>(choice: T): T => (typeof choice === 'string' ? (withAbsolutePath(choice) as T) : choice);
  const { strategies, learner, noise, annotator, extractor } = grid;
  return {
    ...grid,
    strategies: strategies.map(absolute),
    ...(learner && { learner: absolute(learner) }),
    ...(noise && { noise: absolute(noise) }),
    ...(annotator && { annotator: absolute(annotator) }),
    ...(extractor && { extractor: absolute(extractor) }),
  };
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

function checkSetup(data: Dataset, strategy: Strategy, setup: RunSetup): void {
  const matched = Array.from({ length: setup.rounds }, () => ({ full: 0, weak: 0 }));
  const run = { data, ...setup, strategy, seed: 0, ...(strategy.matches !== undefined && { matched }) };
  checkRun(completeSetup(run), run);
}
