import { REFUSED } from '../../lib/data/answer-code';
import type { Dataset } from '../../lib/data/dataset';
import { argmaxRows, matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { Answers } from '../../lib/model/mixture/answers';

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
  const [fine, coarse] = [usable(answers.fine), usable(answers.coarse)];
  const all = new Answers({ rows: Int32Array.from(fine.keys()), fine, coarse }, hierarchy, fine.length);
  const rows = Int32Array.from(fine.keys()).filter((i) => typeof labelOf(i) === 'string' && fine[i]! > REFUSED);
  const trusted = { rows, labels: rows.map((i) => hierarchy.fine.indexOf(labelOf(i)!)) };
  const likelihood = all.likelihood(all.countLabelled(trusted), [trusted]);
  const logs = matrix(images.length, hierarchy.fine.length);
  all.addLogs(logs, Int32Array.from(images), likelihood, Float64Array.of(1, 1));
  const likeliest = argmaxRows(logs);
  const share = (isRight: (image: number, at: number) => boolean): number =>
    images.filter(isRight).length / images.length;
  return {
    said: share((image) => fine[image] === pool.fine[image]),
    corrected: share((image, at) => likeliest[at] === pool.fine[image]),
  };
}
