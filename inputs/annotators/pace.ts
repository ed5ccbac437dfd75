import { setTimeout as sleep } from 'node:timers/promises';
import { check } from '../../lib/errors';

export interface Rate {
  /** Requests a minute. */
  readonly requests?: number;
  /** Tokens a minute, in and out. */
  readonly tokens?: number;
}

/** Spaces requests evenly, so that in no minute more are begun, or more tokens asked for, than allowed. */
export class Pace {
  private next = 0;

  constructor(private readonly rate: Rate) {
    for (const [name, value] of Object.entries(rate))
      check(value === undefined || value > 0, `Unexpected ${name} a minute: ${value}; expected a positive number`);
  }

  /** Resolves when a request of about so many tokens may begin. Rejects with an AbortError. */
  async turn(tokens: number, signal: AbortSignal): Promise<void> {
    const { requests = Infinity, tokens: perMinute = Infinity } = this.rate;
    const now = performance.now();
    const start = Math.max(now, this.next);
    this.next = start + Math.max(60_000 / requests, (60_000 * tokens) / perMinute);
    if (start > now) await sleep(start - now, undefined, { signal });
  }
}
