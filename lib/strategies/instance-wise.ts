import { choice } from '../choices/options';
import { chooseWithinBudget } from './sampling/within-budget';
import { spread, type Level, type Query, type QueryContext } from './strategy';
import { percentileRanks, uncertainties, type UncertaintyName } from './uncertainty';

/** The paper's default is margin. */
export const uncertaintyOption = choice<UncertaintyName>(
  Object.keys(uncertainties) as UncertaintyName[],
  'margin',
  'how unsure either head is of an image',
);

/** In the order of `LabelChoice.level`. */
const LEVELS: readonly Level[] = ['full', 'weak'];

/**
 * ISOAL's instance-wise choice of supervision level (arXiv 2503.06517, section 3): value per cost v = u M / c of either label of
 * each image, where u is the percentile rank of the head's uncertainty among the images that level can be bought for,
 * M the expected improvement by one such label and c its price; then k-means++ over v h/|h|, both levels together.
 * Weak-labelled images can still be bought full; full-labelled ones no more.
 */
export async function instanceWise(
  { pool, purse, random, predict, improvement, engine }: QueryContext,
  { uncertainty }: { readonly uncertainty: UncertaintyName },
): Promise<Query> {
  const candidates = pool.notFull();
  if (!candidates.length) return { purchases: [], utilities: { full: none(pool.size), weak: none(pool.size) } };
  const measured = await improvement();
  const { hidden, fine, coarse } = await predict(candidates);
  const measure = uncertainties[uncertainty];
  const uncertaintyOf = {
    full: percentileRanks(measure(fine)),
    weak: percentileRanks(measure(coarse).map((value, i) => (pool.hasWeak(candidates[i]!) ? NaN : value))),
  };
  const levels = LEVELS.map((level) => ({
    price: purse.price(level),
    values: uncertaintyOf[level].map((u) => (u * measured[level]) / purse.price(level)),
  }));
  const choices = await chooseWithinBudget(hidden, levels, purse.left, random, engine);
  const [full, weak] = levels.map(({ values }) => values);
  return {
    purchases: choices.map(({ row, level }) => ({ row: candidates[row]!, level: LEVELS[level]! })),
    utilities: {
      full: spread(pool.size, candidates, full!),
      weak: spread(
        pool.size,
        candidates,
        weak!.map((v, i) => (pool.hasWeak(candidates[i]!) ? NaN : v)),
      ),
    },
    improvement: measured,
  };
}

const none = (size: number): Float64Array => new Float64Array(size).fill(NaN);
