import { buyFull, type Counts, type Level, type Purchase, type Purse } from '../strategies/strategy';

/**
 * Round 0, before there is a network to ask: images in the seed's random order, the same for every strategy. Whoever
 * buys both levels takes n = floor(B / (c_f + c_w)) full labels and the next n weak ones (arXiv 2503.06517);
 * a control takes what the run that it follows took.
 */
export function firstPurchases(
  order: Int32Array,
  buys: readonly Level[],
  purse: Purse,
  matched: Counts = startCounts(order.length, buys, purse),
): Purchase[] {
  const weak = order.subarray(matched.full, matched.full + matched.weak);
  return [...buyFull(order.subarray(0, matched.full)), ...Array.from(weak, (row) => ({ row, level: 'weak' as const }))];
}

function startCounts(size: number, buys: readonly Level[], purse: Purse): Counts {
  if (!buys.includes('weak')) return { full: purse.affords('full'), weak: 0 };
  const n = Math.min(Math.floor(purse.left / (purse.price('full') + purse.price('weak'))), size >> 1);
  return { full: n, weak: n };
}
