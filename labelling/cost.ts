import type { LabelEvent } from './events';

/** What the labels cost the people. */
export interface Cost {
  /** In the user's money; absent unless the price of a label was given. */
  readonly money?: number;
  /** Of work, all people together. */
  readonly minutes: number;
  /** Median; absent before two labels. */
  readonly secondsPerLabel?: number;
}

/** A longer pause is no work. */
const PAUSE = 120;

/** Work is the time between one person's statements, pauses of more than two minutes left out. */
export function timeOf(events: readonly LabelEvent[], spent: number, price: number, pricePerLabel?: number): Cost {
  const last = new Map<string, number>();
  const gaps: number[] = [];
  for (const event of events) {
    if (event.event === 'money') continue;
    const at = Date.parse(event.at) / 1000;
    const gap = at - (last.get(event.by) ?? -Infinity);
    last.set(event.by, at);
    if (event.event !== 'undo' && gap > 0 && gap <= PAUSE) gaps.push(gap);
  }
  gaps.sort((a, b) => a - b);
  return {
    ...(pricePerLabel !== undefined && { money: (spent / price) * pricePerLabel }),
    minutes: gaps.reduce((sum, gap) => sum + gap, 0) / 60,
    ...(gaps.length && { secondsPerLabel: gaps[gaps.length >> 1]! }),
  };
}
