import type { NetworkShape } from '../network';
import type { Buffers } from './buffers';
import type { Heads } from './loss';
import type { Weights } from './weights';

/** How often each part has been moved: Adam's bias correction goes by the part's own count. */
export interface Steps {
  shared: number;
  fine: number;
  coarse: number;
}

export const noSteps = (): Steps => ({ shared: 0, fine: 0, coarse: 0 });

/** One step of Adam for the shared layer and the heads in use, along the gradient in the buffers. */
export function adam(
  { arena, weights, gradient, moments }: Buffers,
  { hidden: H, fine: K }: NetworkShape,
  { first, count }: Heads,
  steps: Steps,
  learningRate: number,
): void {
  const update = (array: keyof Weights, from: number, length: number, t: number): void => {
    const at = ({ [array]: { byteOffset } }: Weights): number => byteOffset + 4 * from;
    const rate = learningRate / (1 - 0.9 ** t);
    const correction = 1 / Math.sqrt(1 - 0.999 ** t);
    arena.kernels.adam(at(weights), at(gradient), at(moments[0]), at(moments[1]), length, rate, correction);
  };
  const head = (from: number, to: number, t: number): void => {
    update('heads', from * H, (to - from) * H, t);
    update('headBias', from, to - from, t);
  };
  const shared = ++steps.shared;
  update('shared', 0, weights.shared.length, shared);
  update('sharedBias', 0, H, shared);
  if (first === 0) head(0, K, ++steps.fine);
  if (first + count > K) head(K, first + count, ++steps.coarse);
}
