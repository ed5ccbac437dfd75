import type { Hierarchy } from '../data/hierarchy';
import { matrix, row, type Matrix } from '../engine/matrix';
import { readOffShare, type ReadOff } from './read-off';
import { onlyAnswer, type AnswerKind, type Said } from './said';

/**
 * P(answer | fine class), the noise model of an annotator's answers to one or several questions. A class's row is
 * its own answers' counts and a prior as heavy as {@link CLASS_STRENGTH} answers: the share of right answers, of the
 * group's other classes, and for what is left everything said in the group's measure, right answers too (of the rest alone it was
 * no better on pool images); all as the class's group has them, which in turn leans on all groups. Our choice: with a few
 * trusted images a class, its own confusions show, and a class without one behaves as its group does.
 */
export interface AnswerLikelihood {
  /** [K, width], row-stochastic, by question. */
  readonly tables: ReadonlyMap<AnswerKind, Matrix>;
  /** Present where a fine and a coarse answer of one request are modelled jointly. */
  readonly readOff?: ReadOff;
}

/** Weights of the priors, in answers: of a class's row (its group), of a group's shares (all groups). */
const CLASS_STRENGTH = 5;
const GROUP_STRENGTH = 4;

/** How often images got each answer, by class [K, width]. */
export type AnswerCounts = ReadonlyMap<AnswerKind, Float64Array>;

/** Some images, and what is known of their classes. */
export interface Known {
  /** [n] their places in the answers; -1: not among them */ readonly images: Int32Array;
  /** [n, K] probabilities of the classes times the image's weight */ readonly shares: Matrix;
}

/** Adds up answers by class. */
export function countSaid(all: readonly Said[], { images, shares: known }: Known): AnswerCounts {
  const [K, of] = [known.columns, known.data];
  return new Map(
    all.map(({ question, width, start, columns, shares }) => {
      const byAnswer = new Float64Array(width * K); // an answer's counts lie together, as an image's shares do
      for (let i = 0; i < images.length; i++) {
        const image = images[i]!;
        if (image < 0) continue;
        for (let at = start[image]!; at < start[image + 1]!; at++) {
          const share = shares[at]!;
          for (let k = 0, to = columns[at]! * K, from = i * K; k < K; k++) byAnswer[to++]! += share * of[from++]!;
        }
      }
      const counts = new Float64Array(K * width);
      for (let k = 0, at = 0; k < K; k++) for (let j = 0; j < width; j++) counts[at++] = byAnswer[j * K + k]!;
      return [question, counts];
    }),
  );
}

/** The sum of counts, each times its factor. */
export function addCounts(parts: readonly (readonly [factor: number, counts: AnswerCounts])[]): AnswerCounts {
  return new Map(
    [...parts[0]![1].keys()].map((question) => {
      const sum = new Float64Array(parts[0]![1].get(question)!.length);
      for (const [factor, counts] of parts) {
        const of = counts.get(question)!;
        for (let at = 0; at < sum.length; at++) sum[at]! += factor * of[at]!;
      }
      return [question, sum];
    }),
  );
}

/** The likelihood's tables from counts. */
export function estimateTables(counts: AnswerCounts, hierarchy: Hierarchy): Map<AnswerKind, Matrix> {
  return new Map([...counts].map(([question, of]) => [question, table(of, hierarchy, question === 'coarse')]));
}

/** The noise model from what is known of some images, a fine and a coarse answer jointly where both are single. */
export function estimateLikelihood(
  all: readonly Said[],
  hierarchy: Hierarchy,
  known: readonly Known[],
  counts: AnswerCounts = addCounts(known.map((part) => [1, countSaid(all, part)])),
): AnswerLikelihood {
  const tables = estimateTables(counts, hierarchy);
  const [fine, coarse] = [singleOf(all, 'fine'), singleOf(all, 'coarse')];
  return {
    tables,
    ...(fine && coarse && { readOff: readOffShare(fine, coarse, known, tables.get('coarse')!, hierarchy) }),
  };
}

const singleOf = (all: readonly Said[], question: AnswerKind): Said | undefined =>
  all.find((said) => said.question === question && said.single);

/** Rows of P(answer | class): class, shrunk to its group's shares, those to all groups'. */
function table(counts: Float64Array, { fine, coarse, groupOf }: Hierarchy, ofGroups: boolean): Matrix {
  const [K, C] = [fine.length, coarse.length];
  const width = counts.length / K;
  const right = (k: number): number => (ofGroups ? groupOf[k]! : k);
  const sibling = (k: number, j: number): boolean => !ofGroups && j < K && j !== k && groupOf[j] === groupOf[k];
  const size = new Float64Array(C);
  const groups = Array.from({ length: C }, () => ({ n: 0, right: 0, sibling: 0, said: new Float64Array(width) }));
  const every = { n: 0, right: 0, sibling: 0, said: new Float64Array(width) };
  for (let k = 0; k < K; k++) {
    size[groupOf[k]!]!++;
    for (let j = 0; j < width; j++) {
      const n = counts[k * width + j]!;
      for (const scope of [groups[groupOf[k]!]!, every]) {
        scope.n += n;
        scope.said[j]! += n;
        if (j === right(k)) scope.right += n;
        else if (sibling(k, j)) scope.sibling += n;
      }
    }
  }
  const outcomes = ofGroups ? 2 : 3; // add-one smoothing of right, (sibling,) other
  const overall = {
    right: (every.right + 1) / (every.n + outcomes),
    sibling: ofGroups ? 0 : (every.sibling + 1) / (every.n + outcomes),
    said: every.said.map((n) => (n + 0.5) / (every.n + 0.5 * width)),
  };
  const out = matrix(K, width);
  for (let k = 0; k < K; k++) {
    const group = groups[groupOf[k]!]!;
    const shrunk = (n: number, prior: number): number => (n + GROUP_STRENGTH * prior) / (group.n + GROUP_STRENGTH);
    const others = size[groupOf[k]!]! - 1;
    const [hit, near] = [shrunk(group.right, overall.right), others ? shrunk(group.sibling, overall.sibling) : 0];
    const own = counts.subarray(k * width, (k + 1) * width);
    const total = own.reduce((sum, n) => sum + n, 0) + CLASS_STRENGTH;
    const values = row(out, k);
    let sum = 0;
    for (let j = 0; j < width; j++) {
      const prior =
        (j === right(k) ? hit : 0) +
        (sibling(k, j) ? near / others : 0) +
        Math.max(0, 1 - hit - near) * shrunk(group.said[j]!, overall.said[j]!);
      sum += values[j] = (own[j]! + CLASS_STRENGTH * prior) / total;
    }
    for (let j = 0; j < width; j++) values[j]! /= sum;
  }
  return out;
}

/**
 * log P(image's answers | class), a matrix [n, K] a question; zeros for an image without an answer. The coarse one is
 * given the fine one where the two are modelled jointly, so the sum is the log of their joint likelihood.
 * @param images The images' places in the answers, -1: none.
 */
export const logLikelihoods = (all: readonly Said[], likelihood: AnswerLikelihood, images: Int32Array): Matrix[] =>
  all.map((said) => {
    const out = matrix(images.length, likelihood.tables.get(said.question)!.rows);
    addLogs(out, all, said, likelihood, images, 1);
    return out;
  });

/** Adds {@link logLikelihoods}, each question's times its weight (one a question), to a matrix [n, K]. */
export function addLogLikelihoods(
  out: Matrix,
  all: readonly Said[],
  likelihood: AnswerLikelihood,
  images: Int32Array,
  weights: ArrayLike<number>,
): void {
  all.forEach((said, q) => {
    if (weights[q] !== 0) addLogs(out, all, said, likelihood, images, weights[q]!);
  });
}

function addLogs(
  out: Matrix,
  all: readonly Said[],
  said: Said,
  likelihood: AnswerLikelihood,
  images: Int32Array,
  weight: number,
): void {
  const T = likelihood.tables.get(said.question)!;
  const [K, width] = [T.rows, T.columns];
  const fine = singleOf(all, 'fine');
  const readOff = said.question === 'coarse' && fine ? likelihood.readOff : undefined;
  const known = new Map<number, Float32Array>(); // [K] by the answer, or by the fine answer and the coarse one
  const logsOf = (given: number, answer: number): Float32Array => {
    const at = (given + 1) * width + answer;
    let logs = known.get(at);
    if (!logs) {
      known.set(at, (logs = new Float32Array(K)));
      const of = given < 0 ? undefined : readOff!.given(given, answer);
      for (let k = 0, from = answer; k < K; k++, from += width) {
        const own = T.data[from]!;
        logs[k] = Math.log(of ? of(own) : own);
      }
    }
    return logs;
  };
  const { data } = out;
  for (let i = 0; i < images.length; i++) {
    const image = images[i]!;
    if (image < 0) continue;
    const given = readOff ? onlyAnswer(fine!, image) : -1;
    for (let at = said.start[image]!; at < said.start[image + 1]!; at++) {
      const logs = logsOf(given, said.columns[at]!);
      const factor = weight * said.shares[at]!;
      for (let k = 0, to = i * K; k < K; k++) data[to++]! += factor * logs[k]!;
    }
  }
}
