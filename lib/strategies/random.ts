import { buyMostUseful, uniformDraws } from './buy-largest';
import { defineStrategy, fullOnly } from './define';

/** Full labels of images drawn uniformly: what every other strategy must beat. The utility is the draw. */
export const random = defineStrategy({
  name: 'random',
  description: 'uniform draw',
  source: 'baseline',
  buys: fullOnly,
  options: {},
  create: () => ({ query: async (context) => buyMostUseful(context, uniformDraws(context).full) }),
});
