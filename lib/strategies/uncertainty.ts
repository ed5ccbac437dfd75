import { row, type Matrix } from '../engine/matrix';

/** One number a row of class probabilities [n, K]: larger = less sure. NaN where the probabilities are not numbers. */
export type Uncertainty = (probabilities: Matrix) => Float64Array;

const byRow =
  (measure: (p: Float32Array) => number): Uncertainty =>
  (probabilities) =>
    Float64Array.from({ length: probabilities.rows }, (_, i) => {
      const p = row(probabilities, i);
      return p.some(Number.isNaN) ? NaN : measure(p);
    });

/** -(p1 - p2), the largest minus the second largest probability (Scheffer et al. 2001). One class: -1, always sure. */
export const margin = byRow((p) => {
  let first = 0;
  let second = 0;
  for (const value of p) {
    if (value > first) {
      second = first;
      first = value;
    } else if (value > second) second = value;
  }
  return second - first;
});

/** -sum p ln p, with 0 ln 0 = 0, in nats. */
export const entropy = byRow((p) => {
  let sum = 0;
  for (const value of p) if (value > 0) sum -= value * Math.log(value);
  return sum;
});

/** 1 - p1. */
export const leastConfidence = byRow((p) => 1 - p.reduce((best, value) => Math.max(best, value), 0));

/**
 * The measures by name.
 * @example
 * const { fine } = await context.predict(context.pool.notFull());
 * return buyMostUseful(context, uncertainties.entropy(fine));
 */
export const uncertainties = { margin, entropy, 'least-confidence': leastConfidence } as const;
export type UncertaintyName = keyof typeof uncertainties;

/**
 * BALD's score of the rows that several networks were asked about, in nats: H(mean p) - mean H(p), the entropy of their
 * mean prediction minus their mean entropy; 0 where all agree (Houlsby et al. 2011, equation 2). NaN as above.
 */
export function mutualInformation(members: readonly Matrix[]): Float64Array {
  const first = members[0]!;
  const mean = { ...first, data: new Float32Array(first.data.length) };
  const apart = new Float64Array(first.rows);
  for (const member of members) {
    member.data.forEach((p, at) => (mean.data[at]! += p / members.length));
    entropy(member).forEach((value, i) => (apart[i]! += value / members.length));
  }
  return entropy(mean).map((together, i) => Math.max(0, together - apart[i]!));
}

/**
 * Percentile ranks in (0, 1]: the share of the values that are not above this one; equal values share their mean rank.
 * NaN ranks 0: what cannot be computed is not uncertain.
 * @example
 * percentileRanks(Float64Array.of(0.3, 0.1, 0.2, 0.2)); // 1, 0.25, 0.625, 0.625
 */
export function percentileRanks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).filter((i) => !Number.isNaN(values[i]!));
  order.sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2 / order.length;
    start = end;
  }
  return ranks;
}

/** The positions of the `count` largest values, largest first; equal ones in random order, NaN last. */
export function largest(values: Float64Array, count: number, shuffled: Int32Array): Int32Array {
  const key = (i: number): number => (Number.isNaN(values[i]!) ? -Infinity : values[i]!);
  const order = Array.from(shuffled).sort((a, b) => (key(b) > key(a) ? 1 : key(b) < key(a) ? -1 : 0));
  return Int32Array.from(order.slice(0, count));
}
