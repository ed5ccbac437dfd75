import type { Random } from '../../random';

/** An index with probability weights[i] / sum, by running sums in float64; undefined if no weight is above 0. */
export function drawProportionally(weights: Float64Array, random: Random): number | undefined {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  if (!(total > 0)) return undefined;
  const target = random.uniform() * total;
  let sum = 0;
  let last: number | undefined;
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i]! > 0)) continue;
    sum += weights[i]!;
    last = i;
    if (sum > target) break;
  }
  return last;
}

/** The index of the largest entry, the first of equals; undefined if none is above `above`. */
export function largestAbove(values: Float64Array, above: number): number | undefined {
  let best: number | undefined;
  let most = above;
  for (let i = 0; i < values.length; i++)
    if (values[i]! > most) {
      most = values[i]!;
      best = i;
    }
  return best;
}
