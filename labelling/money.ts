import { check } from '../lib/errors';
import type { LabelEvent, MoneyEvent } from './events';

/** What may be spent in all, in the prices' unit (null: no limit), and what a label costs in the user's money. */
export type Money = Pick<MoneyEvent, 'budget' | 'pricePerLabel'>;

/** What holds now. */
export function moneyOf(events: readonly LabelEvent[]): Money {
  return events.reduce((now: Money, event) => {
    if (event.event !== 'money') return now;
    const { budget = now.budget, pricePerLabel = now.pricePerLabel } = event;
    return { ...(budget !== undefined && { budget }), ...(pricePerLabel !== undefined && { pricePerLabel }) };
  }, {});
}

/** What sets them anew, where they are given and differ; else undefined. @throws InputError for what is no number above 0. */
export function moneyEvent({ budget, pricePerLabel }: Money, now: Money): MoneyEvent | undefined {
  for (const [name, value] of Object.entries({ budget, pricePerLabel }))
    check(
      value === undefined || value === null || (Number.isFinite(value) && value > 0),
      `Unexpected ${name}: ${value}; expected a number above 0`,
    );
  const news = {
    ...(budget !== undefined && budget !== now.budget && { budget }),
    ...(pricePerLabel !== undefined && pricePerLabel !== now.pricePerLabel && { pricePerLabel }),
  };
  return Object.keys(news).length ? { event: 'money', at: new Date().toISOString(), ...news } : undefined;
}
