import { buyFull, spread, type Counts, type Level, type Query, type QueryContext, type StartContext } from './strategy';
import { largest } from './uncertainty';

/** One utility a row of `notFull()` for full labels, one a row of `unlabelled()` for weak ones. */
export type CandidateUtilities = Readonly<Record<Level, Float64Array>>;

/**
 * Full labels of the most useful images, as many as the purse holds; equal ones in random order, NaN last.
 * @example
 * const { fine } = await context.predict(context.pool.notFull());
 * return buyMostUseful(context, uncertainties.margin(fine));
 */
export function buyMostUseful({ pool, purse, random }: QueryContext, utilities: Float64Array): Query {
  const candidates = pool.notFull();
  const picks = largest(utilities, purse.affords('full'), random.permutation(candidates.length));
  return {
    purchases: buyFull(picks.map((i) => candidates[i]!)),
    utilities: { full: spread(pool.size, candidates, utilities) },
  };
}

/**
 * So many labels of each level, for the most useful images: the full ones first, then weak ones for images that have no
 * label and got none now. Fewer where the pool or the purse does not hold as many; what is left over is carried on.
 * @example
 * return buyCounts(context, { full: 10, weak: 100 }, uniformDraws(context));
 */
export function buyCounts({ pool, purse, random }: StartContext, counts: Counts, utilities: CandidateUtilities): Query {
  const [notFull, unlabelled] = [pool.notFull(), pool.unlabelled()];
  const fullCount = Math.min(counts.full, purse.affords('full'), notFull.length);
  const full = largest(utilities.full, fullCount, random.permutation(notFull.length)).map((i) => notFull[i]!);
  const weakCount = Math.min(
    counts.weak,
    Math.floor((purse.left - fullCount * purse.price('full')) / purse.price('weak')),
  );
  const taken = new Set(full);
  const weak = largest(utilities.weak, unlabelled.length, random.permutation(unlabelled.length))
    .map((i) => unlabelled[i]!)
    .filter((row) => !taken.has(row))
    .subarray(0, weakCount);
  return {
    purchases: [...buyFull(full), ...Array.from(weak, (row) => ({ row, level: 'weak' as const }))],
    utilities: {
      full: spread(pool.size, notFull, utilities.full),
      weak: spread(pool.size, unlabelled, utilities.weak),
    },
  };
}

/**
 * Uniform draws as utilities: each image as likely as any other.
 * @example
 * const { fine } = await context.predict(context.pool.notFull());
 * const utilities = { ...uniformDraws(context), full: uncertainties.margin(fine) }; // weak labels at random
 * return buyCounts(context, { full: 10, weak: 100 }, utilities);
 */
export function uniformDraws({ pool, random }: StartContext): CandidateUtilities {
  return {
    full: Float64Array.from(pool.notFull(), () => random.uniform()),
    weak: Float64Array.from(pool.unlabelled(), () => random.uniform()),
  };
}
