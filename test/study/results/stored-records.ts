import type { RoundRecord } from '../../../lib/rounds/record';
import type { StoredRecord } from '../../../lib/study/results/stored-record';

/** A round of one run, with whatever fields matter. */
export const storedRecord = (more: Partial<StoredRecord> = {}): StoredRecord => {
  const { round = 0 } = more;
  return {
    config: 'c',
    dataset: 'd',
    strategy: 'a',
    seed: 0,
    round,
    budget: 100 * (round + 1),
    spent: 100 * (round + 1),
    full: 100 * (round + 1),
    weak: 0,
    boughtFull: 100,
    boughtWeak: 0,
    fineAccuracy: 0.5,
    coarseAccuracy: 0.9,
    trustedOnlyFineAccuracy: 0.4,
    trustedOnlyCoarseAccuracy: 0.8,
    engine: 'e',
    timing: { selectMs: 1, trainMs: 2 },
    ...more,
  };
};

/** The same of a learner without a coarse head. */
export function withoutControl<R extends RoundRecord>(record: R): R {
  const copy: { -readonly [name in keyof RoundRecord]: RoundRecord[name] } = { ...record };
  delete copy.trustedOnlyFineAccuracy;
  delete copy.trustedOnlyCoarseAccuracy;
  return copy as R;
}
