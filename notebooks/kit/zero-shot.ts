import { REFUSED } from '../../lib/data/answer-code';
import type { Dataset } from '../../lib/data/dataset';
import { argmaxRows, matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { addLogLikelihoods, estimateLikelihood } from '../../lib/noise/answer-likelihood';
import { questions } from '../../lib/noise/said';

/** How often an annotator's recorded answers alone are right, without a look at any feature. */
export interface ZeroShot {
  /** Share of images of which it named the class. */
  readonly said: number;
  /** The same for the class under which its answers are likeliest, its habits learnt from the labelled images alone. */
  readonly corrected: number;
}

/**
 * The annotator by itself, judged by the true classes of these pool images.
 * @param labelOf A pool image's label from a human; undefined or null: none.
 * @throws InputError for data without recorded fine answers.
 */
export function zeroShot(
  { name, answers, hierarchy, pool }: Dataset,
  labelOf: (image: number) => string | null | undefined,
  images: readonly number[],
): ZeroShot {
  check(answers?.fine, `"${name}" has no recorded fine answers`);
  const usable = (codes: Int32Array): Int32Array => codes.map((code) => Math.max(REFUSED, code));
  const { fine, coarse } = { fine: usable(answers.fine), coarse: usable(answers.coarse) };
  const all = questions({ rows: Int32Array.from(fine.keys()), fine, coarse }, hierarchy);
  const trusted = [...fine.keys()].filter((i) => typeof labelOf(i) === 'string' && fine[i]! > REFUSED);
  const shares = matrix(trusted.length, hierarchy.fine.length);
  trusted.forEach((i, at) => (shares.data[at * shares.columns + hierarchy.fine.indexOf(labelOf(i)!)] = 1));
  const likelihood = estimateLikelihood(all, hierarchy, [{ images: Int32Array.from(trusted), shares }]);
  const logs = matrix(images.length, hierarchy.fine.length);
  addLogLikelihoods(logs, all, likelihood, Int32Array.from(images), [1, 1]);
  const likeliest = argmaxRows(logs);
  const share = (isRight: (image: number, at: number) => boolean): number =>
    images.filter(isRight).length / images.length;
  return {
    said: share((image) => fine[image] === pool.fine[image]),
    corrected: share((image, at) => likeliest[at] === pool.fine[image]),
  };
}
