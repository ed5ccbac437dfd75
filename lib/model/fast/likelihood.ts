import type { Matrix } from '../../engine/matrix';
import type { NetworkShape } from '../network';

/** Likelihoods below this count as this: no answer is held impossible, and no loss is infinite. */
const FLOOR = 1e-12;

/**
 * P(answer m | class j) for the answers m to corrected rows, by T [C, M]: its transpose [M, C], or [M, K] over the fine
 * classes of a tied head, by T per fine class [K, M] if there is one.
 */
export function answerLikelihood(
  transition: Matrix,
  { fine, coarse, tiedTo }: NetworkShape,
  classTransition?: Matrix,
): Float32Array {
  const classes = tiedTo ? fine : coarse;
  const { data, columns } = (tiedTo && classTransition) || transition;
  const rowOf = (j: number): number => (tiedTo && !classTransition ? tiedTo[j]! : j);
  return Float32Array.from({ length: columns * classes }, (_, at) =>
    Math.max(data[rowOf(at % classes) * columns + Math.floor(at / classes)]!, FLOOR),
  );
}

/** The same for a coarse label taken as true by a tied head, [C, K]: 1 for the fine classes of that group. */
export function groupLikelihood(tiedTo: Int32Array, coarse: number): Float32Array {
  const fine = tiedTo.length;
  return Float32Array.from({ length: coarse * fine }, (_, at) =>
    tiedTo[at % fine] === Math.floor(at / fine) ? 1 : FLOOR,
  );
}
