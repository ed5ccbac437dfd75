import { InputError } from '../errors';
import { spec } from '../choices/options';
import { weakLabelsOption } from './ratio';
import type { Counts, QueryContext } from './strategy';

/** What the run that is followed bought in this round. @throws InputError if nobody said. */
export function matchedCounts({ matched }: QueryContext, to: string): Counts {
  if (matched) return matched;
  throw new InputError(matchedMissing(to));
}

export const matchedMissing = (to: string): string =>
  `No purchases to match; run "${to}" with the same seed and setup first, and give the boughtFull and boughtWeak of its ` +
  'records, round by round, as `matched`';

/** The options of the controls. */
export const matchedOptions = {
  to: spec('weak-annotator', 'a strategy', 'the strategy whose purchases are matched, round by round'),
  weakLabels: weakLabelsOption,
};
