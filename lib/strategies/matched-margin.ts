import { buyCounts, uniformDraws } from './buy-largest';
import { defineStrategy, fullAndWeak } from './define';
import { matchedCounts, matchedOptions } from './matched';
import { uncertainties } from './uncertainty';

/**
 * Control: as many full and weak labels as another strategy's run bought, round by round, but the full ones by the
 * smallest margin and the weak ones of images drawn uniformly. What that strategy gains over this one is what choosing
 * both levels together, by value and distance, gained.
 */
export const matchedMargin = defineStrategy({
  name: 'matched-margin',
  description: 'control: the purchase counts of another run, full labels by margin, weak ones at random',
  source: 'control (ours)',
  buys: fullAndWeak,
  options: matchedOptions,
  create: ({ to, weakLabels }) => ({
    weakLabels,
    matches: to,
    async query(context) {
      const counts = matchedCounts(context, to);
      const { fine } = await context.predict(context.pool.notFull());
      return buyCounts(context, counts, { ...uniformDraws(context), full: uncertainties.margin(fine) });
    },
  }),
});
