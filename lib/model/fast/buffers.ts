import type { Arena } from '../../engine/kernels';
import type { Matrix } from '../../engine/matrix';
import type { NetworkShape } from '../network';
import { groupTilt, transitionTilt } from './loss';
import { lengthsOf, logits, takeWeights, type Weights } from './weights';

/** All arrays of one network, in one arena; those after the moments serve batches of up to `rows` rows. */
export interface Buffers {
  readonly arena: Arena;
  readonly rows: number;
  readonly weights: Weights;
  readonly gradient: Weights;
  /** Adam's m and v. */ readonly moments: readonly [Weights, Weights];
  /** [M, C] or, tied, [M, K] */ readonly transitionTilt: Float32Array;
  /** [C, K]; empty unless tied */ readonly groupTilt: Float32Array;
  /** [rows, H] */ readonly mask: Float32Array;
  /** [rows, H] */ readonly hidden: Float32Array;
  /** [rows, Z]; after the loss, its gradient */ readonly logits: Float32Array;
  /** [rows, H]: the loss by the ReLU layer */ readonly back: Float32Array;
  /** [H, rows]: the loss by what enters the ReLU, transposed */ readonly backTransposed: Float32Array;
  /** [max(K, C)] */ readonly scratch: Float32Array;
}

/** Makes room for `rows` rows and the transition; weights and moments keep their places and values. */
export function placeBuffers(arena: Arena, shape: NetworkShape, rows: number, transition: Matrix | undefined): Buffers {
  const { hidden, fine, coarse, tiedTo } = shape;
  const tilts = [
    transition ? transitionTilt(transition, shape) : new Float32Array(0),
    tiedTo ? groupTilt(tiedTo, coarse) : new Float32Array(0),
  ] as const;
  const layer = rows * hidden;
  const work = [layer, layer, rows * logits(shape), layer, layer, Math.max(fine, coarse)];
  const sets = Array.from({ length: 4 }, () => lengthsOf(shape)).flat();
  arena.clear(...sets, ...tilts.map((tilt) => tilt.length), ...work);
  const weights = takeWeights(arena, shape);
  const gradient = takeWeights(arena, shape);
  const moments = [takeWeights(arena, shape), takeWeights(arena, shape)] as const;
  const [transitions, groups] = tilts.map((tilt) => {
    const placed = arena.floats(tilt.length);
    placed.set(tilt);
    return placed;
  });
  const [mask, hiddenLayer, z, back, backTransposed, scratch] = work.map((length) => arena.floats(length));
  return {
    arena,
    rows,
    weights,
    gradient,
    moments,
    transitionTilt: transitions!,
    groupTilt: groups!,
    mask: mask!,
    hidden: hiddenLayer!,
    logits: z!,
    back: back!,
    backTransposed: backTransposed!,
    scratch: scratch!,
  };
}
