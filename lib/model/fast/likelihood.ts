import type { Matrix } from '../../engine/matrix';
import type { NetworkShape } from '../network';

/** Likelihoods below this count as this: no answer is held impossible, and no loss is infinite. */
const FLOOR = 1e-12;

/**
 * P(answer m | class j) for the answers m to forward-corrected rows, by T [C, M]: its transpose [M, C], or [M, K] over
 * the fine classes of a tied head.
 */
export function answerLikelihood(transition: Matrix, { fine, coarse, tiedTo }: NetworkShape): Float32Array {
  const classes = tiedTo ? fine : coarse;
  return Float32Array.from({ length: transition.columns * classes }, (_, at) => {
    const [answer, j] = [Math.floor(at / classes), at % classes];
    return Math.max(transition.data[(tiedTo ? tiedTo[j]! : j) * transition.columns + answer]!, FLOOR);
  });
}

/** The same for a coarse label taken as true by a tied head, [C, K]: 1 for the fine classes of that group. */
export function groupLikelihood(tiedTo: Int32Array, coarse: number): Float32Array {
  const fine = tiedTo.length;
  return Float32Array.from({ length: coarse * fine }, (_, at) =>
    tiedTo[at % fine] === Math.floor(at / fine) ? 1 : FLOOR,
  );
}
