import type { Hierarchy } from '../data/hierarchy';
import { argmaxRows, row, type Matrix } from '../engine/matrix';
import type { Known } from './answer-likelihood';
import { onlyAnswer, type Said } from './said';

/**
 * How a coarse answer depends on the fine answer of the same request: P(c | f, k) = s Q(c | f) + (1 - s) T(c | k). With
 * the share s the group is read off the class that was named, Q, and tells nothing more of the image; otherwise
 * it is an answer of its own, T. One share where the fine answer is in the list, one where it is outside.
 */
export interface ReadOff {
  /** s: where the fine answer is in the list, and where it is outside. */ readonly shares: readonly [number, number];
  /** Of two answers, what makes P(c | f, k) of T(c | k). */ given(
    fine: number,
    coarse: number,
  ): (own: number) => number;
}

/** Weight of Q's prior, in answers. */
const STRENGTH = 2;
const STEPS = 20;

/** The shares that make the known images' answers likeliest (EM), each image left out of the Q it is judged by. */
export function readOffShare(
  fine: Said,
  coarse: Said,
  known: readonly Known[],
  T: Matrix,
  { groupOf }: Hierarchy,
): ReadOff {
  const [outside, width] = [groupOf.length, coarse.width];
  const counts = new Float64Array(fine.width * width);
  const [totals, marginal] = [new Float64Array(fine.width), new Float64Array(width).fill(0.5)];
  let [agreed, inside, all] = [0, 0, 0.5 * width];
  const pairs: { f: number; c: number; weight: number; own: number }[] = [];
  for (const { images, shares } of known) {
    const likeliest = argmaxRows(shares);
    images.forEach((image, i) => {
      if (image < 0) return;
      const [f, c] = [onlyAnswer(fine, image), onlyAnswer(coarse, image)];
      const weight = row(shares, i).reduce((sum, share) => sum + share, 0);
      if (f < 0 || c < 0 || weight === 0) return;
      counts[f * width + c]! += weight;
      totals[f]! += weight;
      marginal[c]! += weight;
      all += weight;
      if (f < outside) [inside, agreed] = [inside + weight, agreed + (groupOf[f] === c ? weight : 0)];
      pairs.push({ f, c, weight, own: T.data[likeliest[i]! * width + c]! });
    });
  }
  const right = (agreed + 1) / (inside + 2);
  const read = (f: number, c: number, without = 0): number => {
    const prior = (f < outside ? 1 - right : 1) * (marginal[c]! / all) + (f < outside && groupOf[f] === c ? right : 0);
    return (
      (Math.max(0, counts[f * width + c]! - without) + STRENGTH * prior) /
      (Math.max(0, totals[f]! - without) + STRENGTH)
    );
  };
  const share = (ofPairs: typeof pairs): number => {
    const judged = ofPairs.map(({ f, c, weight, own }) => ({ q: read(f, c, weight), weight, own }));
    let s = 0.5;
    for (let step = 0; step < STEPS; step++) {
      let [sum, total] = [0.5, 1]; // of a prior: one answer, either way
      for (const { q, own, weight } of judged) {
        sum += (weight * s * q) / (s * q + (1 - s) * own);
        total += weight;
      }
      s = sum / total;
    }
    return s;
  };
  const shares = [share(pairs.filter(({ f }) => f < outside)), share(pairs.filter(({ f }) => f >= outside))] as const;
  return {
    shares,
    given(f, c) {
      const s = shares[f < outside ? 0 : 1];
      const ofRead = s * read(f, c);
      return (own) => ofRead + (1 - s) * own;
    },
  };
}
