import { choice } from '../choices/options';
import { buyCounts, uniformDraws } from './buy-largest';
import { defineStrategy, fullAndWeak } from './define';
import { weakLabelsOption } from './ratio';
import type { Counts, Purse, StartContext } from './strategy';
import { uncertainties } from './uncertainty';

/**
 * Every image gets its weak label as soon as the money allows, in random order; what is left goes into full labels by the
 * smallest margin. What choosing image by image between the two kinds must beat where weak labels are cheap.
 */
export const weakFirst = defineStrategy({
  name: 'weak-first',
  description: 'weak labels of the whole pool first, then full ones by the smallest margin',
  source: 'baseline (ours)',
  buys: fullAndWeak,
  options: {
    weakLabels: weakLabelsOption,
    first: choice<'shared' | 'weak'>(
      ['shared', 'weak'],
      'shared',
      'round 0: the start that strategies share, or weak labels at once, for half of its money',
    ),
  },
  create: ({ weakLabels, first }) => ({
    weakLabels,
    ...(first === 'weak' && {
      async start(context: StartContext) {
        const { pool, purse } = context;
        const weak = Math.min(Math.floor(purse.affords('weak') / 2), pool.unlabelled().length);
        return buyCounts(context, beside(weak, purse), uniformDraws(context));
      },
    }),
    async query(context) {
      const { pool, purse } = context;
      const weak = Math.min(purse.affords('weak'), pool.unlabelled().length);
      const { fine } = await context.predict(pool.notFull());
      return buyCounts(context, beside(weak, purse), { ...uniformDraws(context), full: uncertainties.margin(fine) });
    },
  }),
});

/** So many weak labels, and full ones for the rest of the money. */
const beside = (weak: number, purse: Purse): Counts => ({
  full: Math.floor((purse.left - weak * purse.price('weak')) / purse.price('full')),
  weak,
});
