import { choice } from '../choices/options';
import type { Counts, PoolView, Purse, WeakLabels } from './strategy';

/**
 * How many labels of each level the purse buys if `weakShare` of the money goes to weak ones, 0 to 1; what one level
 * cannot use, because the pool has no more images for it, goes to the other. Less than one full label may be left over.
 */
export function splitPurse(purse: Purse, pool: PoolView, weakShare: number): Counts {
  const [notFull, unlabelled] = [pool.notFull().length, pool.unlabelled().length];
  const afford = (level: 'full' | 'weak', money: number): number => Math.floor(money / purse.price(level));
  const cheap = Math.min(afford('weak', weakShare * purse.left), unlabelled);
  const full = Math.min(afford('full', purse.left - cheap * purse.price('weak')), notFull);
  const weak = full < notFull ? cheap : afford('weak', purse.left - full * purse.price('full'));
  return { full, weak };
}

/** The option of strategies that buy weak labels from either. */
export const weakLabelsOption = choice<WeakLabels>(
  ['annotator', 'human'],
  'annotator',
  'who gives the weak labels: the annotator (a VLM), or a human who names the group',
);
