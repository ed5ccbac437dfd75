import { defineStrategy, fullOnly } from './define';
import { buyMostUseful } from './buy-largest';
import { uncertainties } from './uncertainty';

/** Largest entropy of the fine prediction, -sum p ln p in nats (0 ln 0 = 0). Settles 2009, section 3.1. */
export const entropy = defineStrategy({
  name: 'entropy',
  description: 'largest entropy of the fine prediction',
  source: 'Settles 2009, section 3.1',
  buys: fullOnly,
  options: {},
  create: () => ({
    async query(context) {
      const { fine } = await context.predict(context.pool.notFull());
      return buyMostUseful(context, uncertainties['entropy'](fine));
    },
  }),
});
