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

/**
 * Work is the time between one person's statements, pauses of more than two minutes left out, and statements of one moment,
 * which were read from a file.
 */
export function timeOf(events: readonly LabelEvent[], spent: number, price: number, pricePerLabel?: number): Cost {
  const last = new Map<string, number>();
  const gaps: number[] = [];
  const moments = new Map<string, number>();
  const momentOf = (event: LabelEvent): string => ('by' in event ? `${event.by} ${event.at}` : '');
  for (const event of events) moments.set(momentOf(event), (moments.get(momentOf(event)) ?? 0) + 1);
  for (const event of events) {
    if (event.event === 'money') continue;
    const at = Date.parse(event.at) / 1000;
    const gap = at - (last.get(event.by) ?? -Infinity);
    last.set(event.by, at);
    const isAlone = moments.get(momentOf(event)) === 1;
    if (event.event !== 'undo' && isAlone && gap > 0 && gap <= PAUSE) gaps.push(gap);
  }
  gaps.sort((a, b) => a - b);
  return {
    ...(pricePerLabel !== undefined && { money: (spent / price) * pricePerLabel }),
    minutes: gaps.reduce((sum, gap) => sum + gap, 0) / 60,
    ...(gaps.length && { secondsPerLabel: gaps[gaps.length >> 1]! }),
  };
}
