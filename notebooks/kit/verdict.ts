import { check } from '../../lib/errors';
import {
  atWeakPrice,
  comparePairs,
  controlledIn,
  pInWords,
  signed,
  weakPricesOf,
  type Comparison,
} from '../../lib/study/statistics';
import type { RoundRecord } from '../../lib/rounds/record';
import { forest, type Estimate, type Figure, type ForestPanel, type Provenance } from './figures';

/** The method against all others at one price of a weak label. */
interface AtPrice {
  readonly cost: number;
  /** Against every rival as it is usually run. */
  readonly rivals: readonly Comparison[];
  /** Against every control that there is, by the strategy whose it is: the method's own, too. */
  readonly controls: ReadonlyMap<string, Comparison>;
}

/** What a study says of a method: one figure, and three sentences computed from the same comparisons. */
export interface Verdict {
  readonly figure: Figure;
  /** Markdown. */
  readonly sentences: readonly string[];
}

/**
 * The method against every rival and every control at each price, Holm's correction over all comparisons at a price.
 * Sentences: against its rivals as usually run, and the hardest of them; where there are controls, against the hardest, which
 * costs nothing; and what its weak labels themselves gained over its own purchases without them. Each number has its interval and p; what is not clear is
 * called unresolved.
 * @throws InputError unless the records hold the method and a rival that share a seed.
 */
export function verdict(
  records: readonly RoundRecord[],
  method: string,
  provenance: Provenance,
  name = 'verdict',
): Verdict {
  const names = new Set(records.map(({ strategy }) => strategy));
  check(
    names.has(method) && names.size > 1,
    `A verdict on "${method}" needs its rounds and a rival's; got ${[...names].join(', ')}`,
  );
  const costs = weakPricesOf(records);
  const prices = costs.length
    ? costs.map((cost) => compareAll(atWeakPrice(records, cost), method, cost))
    : [compareAll(records, method, NaN)];
  const perPrice = (say: (price: AtPrice) => string): string =>
    prices.map((price) => `${Number.isNaN(price.cost) ? '' : `at ${price.cost} `}${say(price)}`).join('; ');
  const sentences = [
    `**Against its rivals as they are usually run:** ${perPrice(({ rivals }) => {
      const others = rivals.filter(isRival(method));
      const [ahead, behind] = [1, -1].map(
        (side) => others.filter(({ clear, mean }) => clear && mean * side > 0).length,
      );
      return `clearly ahead of ${ahead} of ${others.length}, clearly behind ${behind || 'none'}, hardest ${named(hardest(others))}`;
    })}.`,
  ];
  const rivalControls = ({ controls }: AtPrice): Comparison[] => [...controls.values()].filter(isRival(method));
  const isControlled = prices.some((price) => rivalControls(price).length);
  if (isControlled)
    sentences.push(
      `**Against the hardest control, which costs nothing:** ${perPrice((price) => {
        const controls = rivalControls(price);
        return controls.length ? named(hardest(controls)) : 'there is none';
      })}.`,
    );
  if (prices.every(({ controls }) => controls.has(method)))
    sentences.push(
      `**What its weak labels gained over its own purchases without them:** ${perPrice(({ controls }) =>
        numbers(controls.get(method)!),
      )}.`,
    );
  const title = `Points by which ${method} is ahead of each rival${isControlled ? ', and of each with a free coarse head' : ''}`;
  return { sentences, figure: forestOf(prices, { title, provenance, name }) };
}

/** Not a control that buys as many labels as the method, nor the method's own purchases. */
const isRival =
  (method: string) =>
  ({ against }: Comparison): boolean =>
    !against.startsWith('matched-') && !against.startsWith(`${method} +`);

const hardest = (comparisons: readonly Comparison[]): Comparison =>
  comparisons.reduce((most, each) => (each.mean < most.mean ? each : most));

const named = (comparison: Comparison): string => `${comparison.against}: ${numbers(comparison)}`;

/** "+0.6 (−0.4 to +1.6; p 0.689), unresolved" */
function numbers({ mean, interval: { low, high }, holm, clear }: Comparison): string {
  return `${signed(mean)} (${signed(low)} to ${signed(high)}; p ${pInWords(holm)})${clear ? '' : ', unresolved'}`;
}

function compareAll(records: readonly RoundRecord[], method: string, cost: number): AtPrice {
  const names = [...new Set(records.map(({ strategy }) => strategy))].filter((name) => name !== method);
  const against = (control: boolean, strategies: readonly string[]) =>
    strategies.map((strategy) => [{ strategy: method }, { strategy, control }] as const);
  const controlled = [...names, method].filter(controlledIn(records));
  const all = comparePairs(records, [...against(false, names), ...against(true, controlled)]);
  const controls = new Map(controlled.map((strategy, i) => [strategy, all[names.length + i]!]));
  return { cost, rivals: all.slice(0, names.length), controls };
}

const estimateOf = ({ mean, interval, clear }: Comparison): Estimate => ({ mean, ...interval, clear });

function forestOf(
  prices: readonly AtPrice[],
  { title, provenance, name }: { title: string; provenance: Provenance; name: string },
): Figure {
  const panels = prices.map(({ cost, rivals, controls }): ForestPanel => ({
    title: Number.isNaN(cost) ? '' : `weak label at ${cost}`,
    rows: rivals.map((rival) => {
      const control = controls.get(rival.against);
      return { name: rival.against, estimate: estimateOf(rival), ...(control && { control: estimateOf(control) }) };
    }),
  }));
  return forest({
    panels,
    valueTitle: '← rival ahead · method ahead →',
    title,
    provenance,
    name,
    strategies: true,
    controlName: 'the rival with a coarse head trained on its human-labelled images',
  });
}
