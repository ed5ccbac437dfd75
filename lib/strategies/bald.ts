import { buyMostUseful } from './buy-largest';
import { defineStrategy, fullOnly } from './define';
import { choice, count } from '../choices/options';
import type { MemberKind } from './strategy';
import { mutualInformation } from './uncertainty';

/**
 * BALD: the images about which several networks disagree most, each being sure of its answer: H(mean p) - mean H(p) in
 * nats. Houlsby et al. 2011; with dropout masks as the networks, Gal, Islam and Ghahramani, ICML 2017. Departs from the
 * latter in one point: a member's mask is drawn once, not anew for each image, so that it is one network.
 */
export const bald = defineStrategy({
  name: 'bald',
  description: 'largest disagreement between networks that are sure, each with a dropout mask or start of its own',
  source: 'Houlsby et al. 2011; Gal et al., ICML 2017',
  buys: fullOnly,
  options: {
    members: choice<MemberKind>(['dropout', 'ensemble'], 'dropout', 'masks on one network, or networks trained apart'),
    count: count(20, 2, 'how many members'),
  },
  create: ({ members, count }) => ({
    async query(context) {
      const predictions = await context.members(context.pool.notFull(), members, count);
      return buyMostUseful(context, mutualInformation(predictions));
    },
  }),
});
