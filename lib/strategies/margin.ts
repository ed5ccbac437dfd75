import { defineStrategy, fullOnly } from './define';
import { buyMostUseful } from './buy-largest';
import { uncertainties } from './uncertainty';

/** Smallest gap between the two largest fine probabilities; the utility is minus the gap. Scheffer et al. 2001. */
export const margin = defineStrategy({
  name: 'margin',
  description: 'smallest gap between the two likeliest fine classes',
  source: 'Scheffer et al. 2001',
  buys: fullOnly,
  options: {},
  create: () => ({
    async query(context) {
      const { fine } = await context.predict(context.pool.notFull());
      return buyMostUseful(context, uncertainties['margin'](fine));
    },
  }),
});
