import { choice } from '../choices/options';
import { row, takeRows, type Matrix } from '../engine/matrix';
import { entropy } from '../noise/information';
import { mean } from '../numbers';
import { defineStrategy, fullAndWeak } from './define';
import { kMeansPlusPlus } from './sampling/k-means-plus-plus';
import { gradientEmbeddings } from './sampling/points';
import { buyFull, spread, type PoolView, type Purchase, type Purse, type Query, type QueryContext } from './strategy';
import { typiclust } from './typiclust';

/** Share of the first round's money that is spent before anything is known of the annotator. */
const FIRST = 0.5;
/** An answer that is expected to take away a share s of a class's entropy is worth s^TAUGHT full labels. */
const TAUGHT = 1.5;
/** The annotator's part of all money, at most. */
const SHARE = 0.5;
/** Weak labels for more than this share of the purse are learnt from before full ones are chosen. */
const WORTH_LEARNING = 0.05;
/** Full labels a class, on average, that typical images get before BADGE: with answers to lean on, and without. */
const TYPICAL = { answered: 1, alone: 2 };

/**
 * Ours, beside the method: the annotator is asked for the class itself, and its answers, often wrong, are learned from as
 * likelihoods of the classes by a mixture, which a student of it helps to judge. Half of the first round's money buys typical images' full labels; then the
 * annotator's answers to these, which tell how far it can be trusted. A weak label is bought where it teaches more per cost than a
 * full one: by the share that the information expected from it has of an unknown class's entropy, to the power 1.5. The annotator is
 * asked once a round, gets half of the money at most, and none where an answer costs as much as a full label. The rest buys full
 * labels: of typical images while there are fewer labels than classes (than two a class, where no answer
 * tells of the others), then by BADGE's k-means++ over gradients at the posterior, answers included.
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
    version: 3, // 3: two typical labels a class where no answer helps; answers once a round
    weakLabels: 'annotator',
    trustedAnswers: 'bought',
    learner: 'student',
    question,
    async start(context) {
      return { ...(await typiclust.create().start!({ ...context, purse: firstPart(context.purse) })), continues: true };
    },
    async query(context): Promise<Query> {
      const { pool, purse, step } = context;
      const told = isAnswered(pool, pool.notFull());
      const isDear = purse.price('weak') >= purse.price('full');
      if (isDear || (told && step > 0)) return fullLabels(context, new Set(), purse.left); // answers once a round
      const trusted = pool.full();
      const unanswered = trusted.filter((at) => !pool.hasWeak(at));
      if (!told && pool.notFull().length && unanswered.length && unanswered.length === trusted.length) {
        const purchases = weakLabels(unanswered, affordableWeak(purse));
        if (purchases.length) return { purchases, continues: true };
      }
      const { purchases: weak, utilities } = await worthTheirPrice(context, unanswered);
      const spent = weak.length * purse.price('weak');
      if (spent > WORTH_LEARNING * purse.left)
        return { purchases: weak, utilities: { weak: utilities }, continues: true };
      const full = await fullLabels(context, new Set(weak.map(({ row }) => row)), purse.left - spent);
      return { purchases: [...weak, ...full.purchases], utilities: { weak: utilities, ...full.utilities } };
    },
  }),
});

/** Whether answers to any of the rows teach. */
const isAnswered = (pool: PoolView, rows: Int32Array): boolean =>
  !pool.isFoundOut && rows.some((at) => pool.hasWeak(at));

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

/**
 * Weak labels that teach more per cost than full ones, for at most {@link SHARE} of all money so far; those of full-labelled rows
 * before all others, and these in an order drawn at random: the noise model, and what the classes look like, are learnt from
 * a fair sample, and the rows of which most could be told are the odd ones.
 */
async function worthTheirPrice({ pool, purse, information, posterior, random }: QueryContext, unanswered: Int32Array) {
  const rows = pool.unlabelled();
  const told = (rows.length && (await information(rows))) || new Float64Array(rows.length);
  const utilities = spread(pool.size, rows, told);
  if (!told.some((nats) => nats > 0)) return { purchases: [], utilities };
  const [price, fullPrice] = [purse.price('weak'), purse.price('full')];
  const unknown = mean(entropiesOf(await posterior(pool.notFull())));
  const least = unknown * (price / fullPrice) ** (1 / TAUGHT);
  const most = Math.min(affordableWeak(purse), Math.floor(moneyForWeak(pool, purse) / price));
  const worth = random
    .stream('weak')
    .permutation(rows.length)
    .filter((i) => told[i]! > least)
    .map((i) => rows[i]!);
  return { purchases: weakLabels(Int32Array.from([...unanswered, ...worth]), most), utilities };
}

/** What may still be spent on weak labels. */
function moneyForWeak(pool: PoolView, purse: Purse): number {
  let answers = 0;
  for (let at = 0; at < pool.size; at++) if (pool.hasWeak(at)) answers++;
  const [full, weak] = [pool.full().length * purse.price('full'), answers * purse.price('weak')];
  return Math.max(0, SHARE * (full + weak + purse.left) - weak);
}

/**
 * Full labels for the money, of rows that are not being bought otherwise: typical images until there are labels for
 * every class on average, {@link TYPICAL}, since gradients of a model that hardly knows the classes lead astray; then by
 * BADGE at the posterior.
 */
async function fullLabels(context: QueryContext, bought: ReadonlySet<number>, money: number): Promise<Query> {
  const { pool, purse, classes } = context;
  const open = pool.notFull().filter((at) => !bought.has(at));
  const count = Math.min(open.length, Math.floor(money / purse.price('full')));
  const enough = classes * (isAnswered(pool, open) ? TYPICAL.answered : TYPICAL.alone);
  const first = Math.min(count, Math.max(0, enough - pool.full().length));
  const typical = first ? await typicalLabels(context, open, first * purse.price('full')) : { purchases: [] };
  if (count === first) return typical;
  const rest = await byGradients(context, open, typical.purchases, count - first);
  return { ...rest, purchases: [...typical.purchases, ...rest.purchases] };
}

/** By TypiClust, of the open rows. */
const typicalLabels = (context: QueryContext, open: Int32Array, money: number): Promise<Query> =>
  typiclust.create().query({ ...context, purse: withLeft(context.purse, money), pool: only(context.pool, open) });

/** By BADGE, of the open rows that are not taken. */
async function byGradients(
  { pool, random, engine, posterior, hidden }: QueryContext,
  open: Int32Array,
  taken: readonly Purchase[],
  count: number,
): Promise<Query> {
  const [p, h] = [await posterior(open), await hidden(open)];
  const all = gradientEmbeddings(p, h);
  const isTaken = new Set(taken.map(({ row }) => row));
  const others = [...open.keys()].filter((i) => !isTaken.has(open[i]!));
  const gradients = taken.length ? gradientEmbeddings(takeRows(p, others), takeRows(h, others)) : all;
  const picks = await kMeansPlusPlus(gradients, count, random.stream('badge'), engine);
  return {
    purchases: buyFull(Array.from(picks, (i) => open[others[i]!]!)),
    utilities: { full: spread(pool.size, open, all.squaredNorms.map(Math.sqrt)) },
  };
}

/** The pool as a strategy sees it that may buy full labels of these rows only. */
const only = (pool: PoolView, rows: Int32Array): PoolView => ({
  size: pool.size,
  notFull: () => rows,
  unlabelled: () => pool.unlabelled(),
  full: () => pool.full(),
  hasWeak: (at) => pool.hasWeak(at),
  ...(pool.isFoundOut && { isFoundOut: true }),
});

const entropiesOf = (p: Matrix): Float64Array => Float64Array.from({ length: p.rows }, (_, i) => entropy(row(p, i)));
