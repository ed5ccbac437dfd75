import { check } from '../../../lib/errors';
import type { RoundRecord } from '../../../lib/rounds/record';
import { atWeakPrice, pairedT, weakPricesOf } from '../../../lib/study/statistics';
import { showWidget, type PlaceOnPage } from './widget';

/** Ways to spend that a player would think of, by the recorded strategy that does it. */
const plans: readonly (readonly [strategy: string, plan: string])[] = [
  ['random', 'exact names only, of any images'],
  ['margin', 'exact names only, where two classes are close'],
  ['fixed-ratio', 'a tenth of the money for groups, of any images'],
  ['weak-first', 'every group first, then exact names where two classes are close'],
  ['matched-margin', 'as many groups as the method buys, exact names where two classes are close'],
  ['weak-annotator', 'the method: image by image, by value per cost'],
];

interface Outcome {
  readonly plan: string;
  readonly accuracy: number;
  readonly full: number;
  readonly weak: number;
  /** Against margin, in points. */
  readonly lead: number;
  readonly low: number;
  readonly high: number;
}

interface Game {
  readonly budget: number;
  readonly seeds: number;
  readonly prices: readonly { readonly price: number; readonly outcomes: readonly Outcome[] }[];
}

/** What each plan led to when `budget` was spent, at every price; means over the recorded seeds, paired with margin's. */
export function gameOf(records: readonly RoundRecord[], budget: number): Game {
  const spent = records.filter((record) => record.budget === budget);
  check(spent.length, `No record of a round with ${budget} to spend; there are ${budgetsOf(records).join(', ')}`);
  const prices = weakPricesOf(spent).map((price) => {
    const at = atWeakPrice(spent, price);
    const of = (strategy: string): RoundRecord[] => at.filter((record) => record.strategy === strategy);
    const margin = new Map(of('margin').map(({ seed, fineAccuracy }) => [seed, fineAccuracy]));
    const outcomes = plans.flatMap(([strategy, plan]): Outcome[] => {
      const runs = of(strategy).filter(({ seed }) => margin.has(seed));
      if (!runs.length) return [];
      const average = (value: (run: RoundRecord) => number): number => pairedT(runs.map(value)).mean;
      const { mean, low, high } = pairedT(runs.map((run) => 100 * (run.fineAccuracy - margin.get(run.seed)!)));
      const numbers = { full: average(({ full }) => full), weak: average(({ weak }) => weak) };
      return [{ plan, accuracy: 100 * average((run) => run.fineAccuracy), ...numbers, lead: mean, low, high }];
    });
    return { price, outcomes };
  });
  return { budget, seeds: new Set(spent.map(({ seed }) => seed)).size, prices };
}

const budgetsOf = (records: readonly RoundRecord[]): number[] => [...new Set(records.map(({ budget }) => budget))];

/**
 * A contest: the reader chooses the price of a weak label and a way to spend, and sees at once what the recorded runs that
 * did so reached, and whether that beats margin.
 */
export function budgetGame(records: readonly RoundRecord[], budget: number): void {
  const game = gameOf(records, budget);
  const best = game.prices.map(({ price, outcomes }) => `at ${price} ${outcomes.map(({ plan, accuracy }) => `${plan} ${accuracy.toFixed(1)} %`).join(', ')}`); // prettier-ignore
  showWidget({ script: play, data: game, text: `${budget} to spend (run the cell to play): ${best.join('; ')}.` });
}

/** Runs in the browser. */
function play(place: PlaceOnPage, game: Game): void {
  const make = (tag: string, text = '', style = ''): PlaceOnPage => {
    const element = place.ownerDocument.createElement(tag);
    element.textContent = text;
    element.style.cssText = style;
    return element;
  };
  const result = make('div', '', 'margin-top: 8px; min-height: 4.5em');
  const slider = make('input');
  const priceWord = make('b');
  let chosen = -1;
  Object.assign(slider, { type: 'range', min: '0', max: String(game.prices.length - 1), step: '1', value: '0' });
  const show = (): void => {
    const { price, outcomes } = game.prices[Number(slider.value)]!;
    priceWord.textContent = ` ${price}`;
    const own = outcomes[chosen];
    if (!own) return;
    const sign = (x: number): string => (x < 0 ? '−' : '+') + Math.abs(x).toFixed(1);
    const verdict =
      own.low > 0 ? 'You beat margin.' : own.high < 0 ? 'Margin beats you.' : 'Margin and you cannot be told apart.';
    result.replaceChildren(
      make(
        'div',
        `${own.accuracy.toFixed(1)} % of the test images named exactly (${Math.round(own.full)} exact names, ${Math.round(own.weak)} groups bought).`,
      ),
      make(
        'div',
        `Against margin: ${sign(own.lead)} points (95 % interval ${sign(own.low)} to ${sign(own.high)}, ${game.seeds} seeds). ${verdict}`,
        'font-weight: bold',
      ),
    );
  };
  slider.addEventListener('input', show);
  const head = make('div', `${game.budget} to spend; an exact name costs 1, a group costs`);
  head.append(priceWord, ' ', slider);
  const choices = game.prices[0]!.outcomes.map(({ plan }, i) => {
    const label = make('label', '', 'display: block; margin: 3px 0');
    const radio = make('input');
    Object.assign(radio, { type: 'radio', name: `plan-of-${game.budget}` });
    radio.addEventListener('change', () => {
      chosen = i;
      show();
    });
    label.append(radio, ` ${plan}`);
    return label;
  });
  place.replaceChildren(head, ...choices, result);
  show();
}
