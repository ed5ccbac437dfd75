import { buyCounts, uniformDraws } from './buy-largest';
import { defineStrategy, fullAndWeak } from './define';
import { matchedCounts, matchedOptions } from './matched';

/**
 * Control: as many full and weak labels as another strategy's run bought, round by round, but of images drawn uniformly.
 * What that strategy gains over this one is what its choice of images gained.
 */
export const matchedRandom = defineStrategy({
  name: 'matched-random',
  description: 'control: the purchase counts of another run, images at random',
  source: 'control (ours)',
  buys: fullAndWeak,
  options: matchedOptions,
  create: ({ to, weakLabels }) => ({
    weakLabels,
    matches: to,
    query: async (context) => buyCounts(context, matchedCounts(context, to), uniformDraws(context)),
  }),
});
