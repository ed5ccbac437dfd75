import { buyFull, type Level, type Purchase, type Purse } from '../strategies/strategy';

/**
 * Round 0, before there is a network to ask: images in the seed's random order, the same for every strategy. Whoever
 * buys both levels takes n = floor(B / (c_f + c_w)) full labels and the next n weak ones (METHOD section 6).
 */
export function firstPurchases(order: Int32Array, buys: readonly Level[], purse: Purse): Purchase[] {
  if (!buys.includes('weak')) return buyFull(order.subarray(0, purse.affords('full')));
  const n = Math.min(Math.floor(purse.left / (purse.price('full') + purse.price('weak'))), order.length >> 1);
  const weak = Array.from(order.subarray(n, 2 * n), (row) => ({ row, level: 'weak' as const }));
  return [...buyFull(order.subarray(0, n)), ...weak];
}
