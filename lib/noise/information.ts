import type { Engine } from '../engine';
import { matrix, row, type Matrix } from '../engine/matrix';
import type { AnswerLikelihood } from './answer-likelihood';

/**
 * What an answer is expected to tell of each image's class, in nats: I(class; answer | x) = H(p L) - sum_k p_k H(L_k), the
 * expected fall of the class's entropy (Cover and Thomas, Elements of Information Theory, section 2.4). In closed form,
 * O(K M) an image.
 * @param posterior p [n, K], rows sum to 1.
 * @param likelihood L [K, M], rows sum to 1: P(answer | class).
 */
export async function expectedInformation(
  posterior: Matrix,
  likelihood: Matrix,
  engine: Engine,
): Promise<Float64Array> {
  const answers = await engine.product(posterior, likelihood); // [n, M]
  const given = Float64Array.from({ length: likelihood.rows }, (_, k) => entropy(row(likelihood, k)));
  return Float64Array.from({ length: posterior.rows }, (_, i) => {
    let expected = 0;
    row(posterior, i).forEach((p, k) => (expected += p * given[k]!));
    return Math.max(0, entropy(row(answers, i)) - expected);
  });
}

/**
 * What an annotator's answers to all its questions are expected to tell of each image's class, in nats: the sum over the
 * questions, each counting as the `weights` say (in the order of the tables). A group that is read off the class named with
 * share s tells 1 - s of what it would tell alone. So it is exact for one question, and an upper bound for two.
 */
export async function informationOf(
  posterior: Matrix,
  { tables, readOff }: AnswerLikelihood,
  weights: ArrayLike<number>,
  engine: Engine,
): Promise<Float64Array> {
  const told = new Float64Array(posterior.rows);
  let at = 0;
  for (const [question, table] of tables) {
    const weight = weights[at++]!;
    if (weight === 0) continue;
    const share = question === 'coarse' && readOff ? 1 - readOff.shares[0] : 1;
    const own = await expectedInformation(posterior, tempered(table, weight), engine);
    own.forEach((nats, i) => (told[i]! += share * nats));
  }
  return told;
}

/** In nats; 0 log 0 = 0. */
export function entropy(p: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i]! > 0) sum -= p[i]! * Math.log(p[i]!);
  return sum;
}

/** Each row to a power and normalised again: a likelihood that counts as `weight` of an answer. */
export function tempered(likelihood: Matrix, weight: number): Matrix {
  const out = matrix(likelihood.rows, likelihood.columns);
  for (let k = 0; k < likelihood.rows; k++) {
    const values = row(out, k);
    let sum = 0;
    row(likelihood, k).forEach((p, j) => (sum += values[j] = p ** weight));
    for (let j = 0; j < values.length; j++) values[j]! /= sum;
  }
  return out;
}
