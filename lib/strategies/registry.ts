import { check } from '../errors';
import { adaptiveRatio } from './adaptive-ratio';
import { badge } from './badge';
import { bald } from './bald';
import { coreset } from './coreset';
import type { StrategyEntry } from './define';
import { entropy } from './entropy';
import { fixedRatio } from './fixed-ratio';
import { isoal } from './isoal';
import { leastConfidence } from './least-confidence';
import { margin } from './margin';
import { matchedMargin } from './matched-margin';
import { matchedRandom } from './matched-random';
import { random } from './random';
import type { OptionValue } from './options';
import { parseSpec } from './spec';
import type { Strategy } from './strategy';
import { typiclust } from './typiclust';
import { weakAnnotator } from './weak-annotator';

export type { StrategyEntry } from './define';

/** Every strategy that can be named: baselines first, then those that buy both levels, the method, its controls. */
export const strategies: readonly StrategyEntry[] = [
  random,
  entropy,
  margin,
  leastConfidence,
  coreset,
  bald,
  badge,
  typiclust,
  isoal,
  fixedRatio,
  adaptiveRatio,
  weakAnnotator,
  matchedRandom,
  matchedMargin,
];

/** A strategy in words, for lists. */
export interface StrategyCard extends Pick<StrategyEntry, 'name' | 'description' | 'source' | 'buys' | 'matches'> {
  readonly options: readonly {
    readonly name: string;
    readonly default: OptionValue;
    readonly description: string;
    readonly accepts: string;
  }[];
}

export function cardOf({ name, description, source, buys, matches, options }: StrategyEntry): StrategyCard {
  return {
    name,
    description,
    source,
    buys,
    ...(matches !== undefined && { matches }),
    options: Object.entries(options).map(([option, { default: preset, description, accepts }]) => ({
      name: option,
      default: preset,
      description,
      accepts,
    })),
  };
}

/**
 * The entry that a spec names; `matches` goes by the spec's options.
 * @throws InputError naming the known strategies, or the option that cannot be.
 */
export function strategyEntry(spec: string): StrategyEntry {
  const { matches } = createStrategy(spec);
  return { ...named(parseSpec(spec).name), ...(matches !== undefined && { matches }) };
}

/**
 * The strategy that a spec stands for: `margin`, `fixed-ratio(weakShare=0.5)`. Its name is the spec as records have it:
 * options in their own order, those at their defaults left out.
 * @throws InputError naming the known strategies or options, or what a value may be.
 */
export function createStrategy(spec: string): Strategy {
  const { name, options } = parseSpec(spec);
  const strategy = named(name).create(options);
  if (strategy.matches === undefined) return strategy;
  const target = createStrategy(strategy.matches);
  check(
    target.buys.includes('weak') && target.matches === undefined,
    `Unexpected to of strategy "${name}": ${target.name}; expected one that chooses between full and weak labels itself`,
  );
  check(
    target.weakLabels === strategy.weakLabels,
    `"${target.name}" buys weak labels of the ${target.weakLabels}, at that price; give "${name}" weakLabels=${target.weakLabels}`,
  );
  return named(name).create({ ...options, to: target.name });
}

function named(name: string): StrategyEntry {
  const entry = strategies.find((known) => known.name === name);
  check(entry, `Unknown strategy: "${name}"; expected one of ${strategies.map((known) => known.name).join(', ')}`);
  return entry;
}
