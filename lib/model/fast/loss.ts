import type { Kernels } from '../../engine/kernels';
import type { Matrix } from '../../engine/matrix';
import type { NetworkShape } from '../network';

/**
 * A tilt [labels, columns] turns a head's logits z into those of a label m that a class j may be given with a known
 * probability: p(m) = sum_j p_j exp(tilt[m][j]), so that -log p(m) = logsumexp(z) - logsumexp(z + tilt[m]), which stays
 * exact however small p(m) is.
 */

/** Entries of T below this count as this: no answer is held impossible, and no loss is infinite. */
const FLOOR = 1e-12;
const NEVER = -1e30;

/** The tilt of forward correction by T [C, M]: log T transposed, [M, C], or [M, K] over a tied head's fine classes. */
export function transitionTilt(transition: Matrix, { fine, coarse, tiedTo }: NetworkShape): Float32Array {
  const columns = tiedTo ? fine : coarse;
  return Float32Array.from({ length: transition.columns * columns }, (_, at) => {
    const [label, j] = [Math.floor(at / columns), at % columns];
    return Math.log(Math.max(transition.data[(tiedTo ? tiedTo[j]! : j) * transition.columns + label]!, FLOOR));
  });
}

/** The tilt [C, K] of a tied head's coarse labels: the fine classes of that group, and no others. */
export function groupTilt(tiedTo: Int32Array, coarse: number): Float32Array {
  const fine = tiedTo.length;
  return Float32Array.from({ length: coarse * fine }, (_, at) =>
    tiedTo[at % fine] === Math.floor(at / fine) ? 0 : NEVER,
  );
}

/** What one row asks of a head: one of its classes, with a weight, and a tilted label, with another. Weight 0: nothing. */
export interface Target {
  readonly label: number;
  readonly weight: number;
  /** The tilt's row for the label, as a byte offset. */
  readonly tilt: number;
  readonly tiltWeight: number;
}

/**
 * The loss weight * -log p(label) + tiltWeight * -log p(tilted label) of the head whose logits are
 * `z[first .. first + columns - 1]`, over which its gradient is written. `scratch`, a byte offset, has room for a row.
 */
export function lossAndGradient(
  kernels: Kernels,
  z: Float32Array,
  first: number,
  columns: number,
  { label, weight, tilt, tiltWeight }: Target,
  scratch: number,
): number {
  const at = z.byteOffset + 4 * first;
  const total = weight + tiltWeight;
  if (total === 0) {
    z.fill(0, first, first + columns);
    return 0;
  }
  let loss = weight === 0 ? 0 : -weight * z[first + label]!;
  if (tiltWeight !== 0) {
    kernels.add(at, tilt, scratch, columns);
    loss -= tiltWeight * scaledSoftmax(kernels, scratch, columns, tiltWeight);
  }
  loss += total * scaledSoftmax(kernels, at, columns, total);
  if (tiltWeight !== 0) kernels.subtract(at, scratch, columns);
  if (weight !== 0) z[first + label]! -= weight;
  return loss;
}

/** Overwrites x with scale * softmax(x); returns logsumexp(x). */
export function scaledSoftmax(kernels: Kernels, x: number, columns: number, scale: number): number {
  const largest = kernels.largest(x, columns);
  return largest + Math.log(kernels.softmax(x, x, columns, largest, scale));
}
