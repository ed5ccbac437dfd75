import { Choices, entryCard, type Card, type Choice, type Chosen } from '../choices/choices';
import { parseSpec } from '../choices/spec';
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
import type { Strategy } from './strategy';
import { typiclust } from './typiclust';
import { weakAnnotator } from './weak-annotator';
import { weakFirst } from './weak-first';
import { weakAnnotatorPlus } from './weak-annotator-plus';

/**
 * Every strategy that can be named: baselines first, then those that buy both levels, the method, its controls.
 * @example
 * for (const { name, description } of strategies) console.log(name, description);
 */
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
  weakFirst,
  weakAnnotator,
  weakAnnotatorPlus,
  matchedRandom,
  matchedMargin,
];

/** The strategies to choose from: by name or spec, from a file, or yours. */
export const strategyChoices = new Choices<Strategy, StrategyEntry>(
  'strategy',
  strategies,
  (value) => 'query' in value && 'buys' in value,
);

/** A strategy in words, for lists. */
export type StrategyCard = Card & Pick<StrategyEntry, 'buys' | 'matches'>;

export const strategyCard = (entry: StrategyEntry): StrategyCard => ({
  ...entryCard(entry),
  buys: entry.buys,
  ...(entry.matches !== undefined && { matches: entry.matches }),
});

/**
 * The strategy that is chosen: `margin`, `fixed-ratio(weakShare=0.5)`, a file, an object. Its name is the spec as records
 * have it: options in their own order, those at their defaults left out.
 * @throws InputError naming the known strategies or options, or what a value may be.
 */
export function chooseStrategy(choice: Choice<Strategy>): Chosen<Strategy> {
  const chosen = strategyChoices.load(choice);
  const { name, matches, weakLabels } = chosen.value;
  if (matches === undefined) return chosen;
  const target = strategyChoices.load(matches).value;
  check(
    target.buys.includes('weak') && target.matches === undefined,
    `Unexpected to of strategy "${name}": ${target.name}; expected one that chooses between full and weak labels itself`,
  );
  check(
    target.weakLabels === weakLabels,
    `"${target.name}" buys weak labels of the ${target.weakLabels}, at that price; give "${name}" weakLabels=${target.weakLabels}`,
  );
  if (typeof choice !== 'string' || target.name === matches) return chosen;
  const { name: own, options } = parseSpec(choice);
  return { ...chosen, value: strategyChoices.entry(own).create({ ...options, to: target.name }) };
}

/** The same without what only files have. */
export const createStrategy = (choice: Choice<Strategy>): Strategy => chooseStrategy(choice).value;

/** The entry that a spec names; `matches` goes by the spec's options. @throws InputError as {@link chooseStrategy}. */
export function strategyEntry(choice: string): StrategyEntry {
  const { matches } = createStrategy(choice);
  return { ...strategyChoices.entry(parseSpec(choice).name), ...(matches !== undefined && { matches }) };
}
