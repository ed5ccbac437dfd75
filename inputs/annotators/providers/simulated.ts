import { setTimeout as sleep } from 'node:timers/promises';
import type { Dataset } from '../../../lib/data/dataset';
import type { Provider } from '../provider';
import { simulatedAnswers, type SimulationOptions } from '../simulate';
import { recordedAnswers } from './recorded';

export interface SimulatedOptions extends SimulationOptions {
  /** Of every answer: 0. */
  readonly latencyMs?: number;
}

/** A simulated annotator: coarse answers drawn from a known T, with known difficulties; see `simulate.ts`. */
export function simulated(data: Dataset, { latencyMs = 0, ...options }: SimulatedOptions): Provider {
  const recorded = recordedAnswers(data, simulatedAnswers(data, options), 'simulated');
  return {
    ...recorded,
    async ask(question, signal) {
      if (latencyMs > 0) await sleep(latencyMs, undefined, { signal });
      return recorded.ask(question, signal);
    },
  };
}
