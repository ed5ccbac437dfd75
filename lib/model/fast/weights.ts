import type { Arena } from '../../engine/kernels';
import { check } from '../../errors';
import type { NetworkShape, Parameters } from '../network';

/** Views of one array of weights (or their gradient, or a moment of Adam's), transposed: outputs down, inputs across. */
export interface Weights {
  /** [H, D] */ readonly shared: Float32Array;
  /** [H] */ readonly sharedBias: Float32Array;
  /** [Z, H]: the rows of the fine head, then those of the coarse head, if it has its own */ readonly heads: Float32Array;
  /** [Z] */ readonly headBias: Float32Array;
}

/** Z: logits a row, of the fine head and of the coarse head unless it is tied. */
export const logits = ({ fine, coarse, tiedTo }: NetworkShape): number => (tiedTo ? fine : fine + coarse);

/** Lengths of the four arrays of {@link Weights}. */
export function lengthsOf(shape: NetworkShape): [number, number, number, number] {
  const { features: D, hidden: H } = shape;
  const Z = logits(shape);
  return [H * D, H, Z * H, Z];
}

export function takeWeights(arena: Arena, shape: NetworkShape): Weights {
  const [shared, sharedBias, heads, headBias] = lengthsOf(shape).map((length) => arena.floats(length));
  return { shared: shared!, sharedBias: sharedBias!, heads: heads!, headBias: headBias! };
}

/** Copies the public layout, inputs down, into ours. Throws an InputError naming the array whose length is off. */
export function importParameters(from: Parameters, to: Weights, shape: NetworkShape): void {
  const { features: D, hidden: H, fine: K } = shape;
  const C = logits(shape) - K;
  const expected = { shared: D * H, sharedBias: H, fine: H * K, fineBias: K, coarse: H * C, coarseBias: C };
  for (const [name, length] of Object.entries(expected)) {
    const given = from[name as keyof Parameters].length;
    check(
      given === length,
      () => `Unexpected length of "${name}": ${given}; expected ${length} for this network's shape`,
    );
  }
  transpose(from.shared, D, H, to.shared);
  to.sharedBias.set(from.sharedBias);
  transpose(from.fine, H, K, to.heads);
  transpose(from.coarse, H, C, to.heads.subarray(K * H));
  to.headBias.set(from.fineBias);
  to.headBias.set(from.coarseBias, K);
}

/** A copy in the public layout, inputs down. */
export function exportParameters(
  from: Weights,
  { features: D, hidden: H, fine: K, ...shape }: NetworkShape,
): Parameters {
  const C = shape.tiedTo ? 0 : shape.coarse;
  return {
    shared: transpose(from.shared, H, D),
    sharedBias: from.sharedBias.slice(),
    fine: transpose(from.heads, K, H),
    fineBias: from.headBias.slice(0, K),
    coarse: transpose(from.heads.subarray(K * H), C, H),
    coarseBias: from.headBias.slice(K),
  };
}

function transpose(
  from: Float32Array,
  rows: number,
  columns: number,
  to = new Float32Array(rows * columns),
): Float32Array {
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j]!;
  return to;
}
