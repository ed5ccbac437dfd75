import { choice } from '../choices/options';
import { row, takeRows, type Matrix } from '../engine/matrix';
import { entropy } from '../noise/information';
import { mean, sum } from '../numbers';
import { defineStrategy, fullAndWeak } from './define';
import { kMeansPlusPlus } from './sampling/k-means-plus-plus';
import { gradientEmbeddings } from './sampling/points';
import { buyFull, spread, type PoolView, type Purchase, type Purse, type Query, type QueryContext } from './strategy';
import { typiclust } from './typiclust';

/** Share of the first round's money that is spent before anything is known of the annotator. */
const FIRST = 0.5;
/** A model's loss is taken to fall with the number n of full labels as n^-LEARNING; measured: 0.2 to 0.5 on pools of three data sets. */
const LEARNING = 0.35;
/** Weak labels for more than this share of the purse are learnt from before full ones are chosen. */
const WORTH_LEARNING = 0.05;

/**
 * Ours, beside the method: the annotator is asked for the class itself, and its answers, often wrong, are learned from as
 * likelihoods of the classes by a mixture. Half of the first round's money buys typical images' full labels; then the
 * annotator's answers to these, which tell how far it can be trusted. A weak label is bought where the information expected
 * from it on the image's class, in nats per cost, is above what a full label is worth: the entropy of an uncertain
 * image's class, and what it teaches of the others, by the slope of a power-law learning curve. The rest buys full labels: of
 * typical images while there are fewer labels than classes, then by BADGE's k-means++ over gradients at the posterior, answers
 * included.
 */
export const weakAnnotatorPlus = defineStrategy({
  name: 'weak-annotator-plus',
  description: "the VLM's fine answers, as likelihoods, by information per cost; full labels by badge on the posterior",
  source: 'ours; information: Lindley 1956; full labels: Ash et al., ICLR 2020',
  buys: fullAndWeak,
  options: {
    question: choice<'fine' | 'both' | 'coarse'>(['fine', 'both', 'coarse'], 'both', 'what the annotator is asked for'),
  },
  create: ({ question }) => ({
    weakLabels: 'annotator',
    trustedAnswers: 'bought',
    learner: 'mixture',
    question,
    async start(context) {
      return { ...(await typiclust.create().start!({ ...context, purse: firstPart(context.purse) })), continues: true };
    },
    async query(context): Promise<Query> {
      const { pool, purse } = context;
      const trusted = pool.full();
      const unanswered = trusted.filter((at) => !pool.hasWeak(at));
      if (pool.notFull().length && unanswered.length && unanswered.length === trusted.length) {
        const purchases = weakLabels(unanswered, affordableWeak(purse));
        if (purchases.length) return { purchases, continues: true };
      }
      const { purchases: weak, utilities } = await worthTheirPrice(context, unanswered);
      const spent = weak.length * purse.price('weak');
      if (spent > WORTH_LEARNING * purse.left)
        return { purchases: weak, utilities: { weak: utilities }, continues: true };
      const full = await fullLabels(context, new Set(weak.map(({ row }) => row)), purse.left - spent);
      return { purchases: [...weak, ...full.purchases], utilities: { weak: utilities, full: full.utilities } };
    },
  }),
});

/** A purse with less in it. */
const withLeft = (purse: Purse, left: number): Purse => ({
  left,
  price: (level) => purse.price(level),
  affords: (level) => Math.floor(left / purse.price(level)),
});

/** The first part of a purse, at least one full label. */
const firstPart = (purse: Purse): Purse =>
  withLeft(purse, Math.min(purse.left, Math.max(purse.price('full'), Math.floor(FIRST * purse.left))));

/** Weak labels beside at least one full one. */
const affordableWeak = (purse: Purse): number =>
  Math.max(0, Math.floor((purse.left - purse.price('full')) / purse.price('weak')));

const weakLabels = (rows: Int32Array, count: number): Purchase[] =>
  Array.from(rows.subarray(0, count), (row) => ({ row, level: 'weak' as const }));

/** The weak labels that tell more per cost than a full one, most first; those of full-labelled rows before all others. */
async function worthTheirPrice({ pool, purse, information, posterior }: QueryContext, unanswered: Int32Array) {
  const rows = pool.unlabelled();
  const told = (rows.length && (await information(rows))) || new Float64Array(rows.length);
  const utilities = spread(pool.size, rows, told);
  if (!told.some((nats) => nats > 0)) return { purchases: [], utilities };
  const [price, fullPrice] = [purse.price('weak'), purse.price('full')];
  const entropies = entropiesOf(await posterior(pool.notFull())).sort();
  const labels = Math.max(1, purse.affords('full'));
  const own = mean(entropies.subarray(Math.max(0, entropies.length - labels)));
  let uncertain = sum(entropies);
  const slope = LEARNING / pool.full().length;
  const affords = affordableWeak(purse);
  const purchases = weakLabels(unanswered, affords);
  for (const i of Array.from(rows.keys()).sort((a, b) => told[b]! - told[a]!)) {
    if (purchases.length >= affords || told[i]! / price <= (own + slope * uncertain) / fullPrice) break;
    purchases.push({ row: rows[i]!, level: 'weak' });
    uncertain -= told[i]!;
  }
  return { purchases, utilities };
}

/**
 * Full labels for the money, of rows that are not being bought otherwise: typical images until there is a label for
 * every class on average, since gradients of a model that hardly knows the classes lead astray; then by BADGE at the posterior.
 */
async function fullLabels(context: QueryContext, bought: ReadonlySet<number>, money: number) {
  const { pool, purse, random, engine } = context;
  const price = purse.price('full');
  const open = pool.notFull().filter((at) => !bought.has(at));
  const utilities = new Float64Array(pool.size).fill(NaN);
  if (!open.length) return { purchases: [], utilities };
  const [p, { hidden }] = [await context.posterior(open), await context.predict(open)];
  const count = Math.min(open.length, Math.floor(money / price));
  const cold = Math.min(count, Math.max(0, p.columns - pool.full().length));
  const typical = cold
    ? (await typiclust.create().query({ ...context, purse: withLeft(purse, cold * price), pool: only(pool, open) }))
        .purchases
    : [];
  const all = gradientEmbeddings(p, hidden);
  const taken = new Set(typical.map(({ row }) => row));
  const others = [...open.keys()].filter((i) => !taken.has(open[i]!));
  const gradients = taken.size ? gradientEmbeddings(takeRows(p, others), takeRows(hidden, others)) : all;
  const picks = others.length
    ? await kMeansPlusPlus(gradients, count - typical.length, random.stream('badge'), engine)
    : [];
  return {
    purchases: [...typical, ...buyFull(Array.from(picks, (i) => open[others[i]!]!))],
    utilities: spread(pool.size, open, all.squaredNorms.map(Math.sqrt)),
  };
}

/** The pool as a strategy sees it that may buy full labels of these rows only. */
const only = (pool: PoolView, rows: Int32Array): PoolView => ({
  size: pool.size,
  notFull: () => rows,
  unlabelled: () => pool.unlabelled(),
  full: () => pool.full(),
  hasWeak: (at) => pool.hasWeak(at),
});

const entropiesOf = (p: Matrix): Float64Array => Float64Array.from({ length: p.rows }, (_, i) => entropy(row(p, i)));
