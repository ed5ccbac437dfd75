import { defineStrategy, fullOnly } from './define';
import { buyMostUseful } from './buy-largest';
import { uncertainties } from './uncertainty';

/** Smallest probability of the predicted fine class; the utility is 1 minus it. Lewis and Gale 1994. */
export const leastConfidence = defineStrategy({
  name: 'least-confidence',
  description: 'smallest probability of the predicted fine class',
  source: 'Lewis and Gale 1994',
  buys: fullOnly,
  options: {},
  create: () => ({
    async query(context) {
      const { fine } = await context.predict(context.pool.notFull());
      return buyMostUseful(context, uncertainties['least-confidence'](fine));
    },
  }),
});
