import type { Engine } from '../engine';
import { matrix, row, rowsBetween, type Matrix } from '../engine/matrix';
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
  const said = Float64Array.from({ length: posterior.rows }, (_, i) => entropy(row(answers, i)));
  return lessGiven(said, posterior, given);
}

/**
 * What an annotator's answers to all its questions are expected to tell of each image's class, in nats, each question counting as
 * the `weights` say (in the order of the tables). A class and a group named together tell what the pair does: a group that is
 * read off the class named adds nothing. Several names (top five) are added to that, which makes an upper bound.
 */
export async function informationOf(
  posterior: Matrix,
  { tables, readOff }: AnswerLikelihood,
  weights: ArrayLike<number>,
  engine: Engine,
): Promise<Float64Array> {
  const told = new Float64Array(posterior.rows);
  const add = (more: Float64Array): void => more.forEach((nats, i) => (told[i]! += nats));
  const weightOf = new Map([...tables.keys()].map((question, at) => [question, weights[at]!]));
  const [fine, coarse] = [tables.get('fine'), tables.get('coarse')];
  const arePair = readOff && fine && coarse && weightOf.get('coarse') !== 0;
  if (arePair) {
    const given = (f: number): Matrix => {
      const of = Array.from({ length: coarse.columns }, (_, c) => readOff.given(f, c));
      const data = coarse.data.map((own, at) => of[at % coarse.columns]!(own));
      return tempered({ ...coarse, data }, weightOf.get('coarse')!);
    };
    add(await ofPairs(posterior, tempered(fine, weightOf.get('fine')!), given, coarse.columns, engine));
  }
  for (const [question, table] of tables) {
    const weight = weightOf.get(question)!;
    if (weight === 0 || (arePair && question !== 'later')) continue;
    add(await expectedInformation(posterior, tempered(table, weight), engine));
  }
  return told;
}

/** Numbers of a product that are held at a time. */
const ROOM = 1 << 21;

/**
 * {@link expectedInformation} of two answers, the second [K, C] depending on the class and on the first [K, M]:
 * H(first, second) - sum_k p_k H(first, second | k), O(K M C) an image.
 */
async function ofPairs(
  posterior: Matrix,
  first: Matrix,
  second: (given: number) => Matrix,
  C: number,
  engine: Engine,
): Promise<Float64Array> {
  const [K, M] = [first.rows, first.columns];
  const told = new Float64Array(posterior.rows);
  const given = new Float64Array(K);
  const some = Math.max(1, Math.floor(ROOM / (K * C)));
  for (let from = 0; from < M; from += some) {
    const width = Math.min(some, M - from) * C;
    const pairs = matrix(K, width); // P(first, second | class)
    for (let at = 0; at < width; at += C) {
      const f = from + at / C;
      const { data } = second(f);
      for (let k = 0; k < K; k++)
        for (let c = 0; c < C; c++) pairs.data[k * width + at + c] = first.data[k * M + f]! * data[k * C + c]!;
    }
    given.forEach((h, k) => (given[k] = h + entropy(row(pairs, k))));
    const height = Math.max(1, Math.floor(ROOM / width));
    for (let top = 0; top < posterior.rows; top += height) {
      const said = await engine.product(rowsBetween(posterior, top, Math.min(posterior.rows, top + height)), pairs);
      for (let i = 0; i < said.rows; i++) told[top + i]! += entropy(row(said, i));
    }
  }
  return lessGiven(told, posterior, given);
}

/** What is told, of the entropy of what will be said: less the part that is left once the class is known, by class. */
const lessGiven = (said: Float64Array, posterior: Matrix, given: Float64Array): Float64Array =>
  said.map((h, i) => {
    const p = row(posterior, i);
    let left = 0;
    for (let k = 0; k < p.length; k++) left += p[k]! * given[k]!;
    return Math.max(0, h - left);
  });

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
