import type { Arena } from '../../engine/kernels';
import type { NetworkShape } from '../network';
import type { RowCorrection } from './corrected-rows';
import { answerLikelihood, groupLikelihood } from './likelihood';
import { lengthsOf, logits, takeWeights, type Weights } from './weights';

/** All arrays of one network, in one arena; those after the moments serve batches of up to `rows` rows. */
export interface Buffers {
  readonly arena: Arena;
  readonly rows: number;
  readonly weights: Weights;
  readonly gradient: Weights;
  /** Adam's m and v. */ readonly moments: readonly [Weights, Weights];
  /** [M, C] or, tied, [M, K]; empty without T */ readonly answers: Float32Array;
  /** [C, K]; empty unless tied */ readonly groups: Float32Array;
  /** [rows, H] */ readonly mask: Float32Array;
  /** [rows, H] */ readonly hidden: Float32Array;
  /** [rows, Z]; after the loss, its gradient */ readonly logits: Float32Array;
  readonly targets: Targets;
  /** [rows, H]: the loss by the ReLU layer */ readonly back: Float32Array;
  /** [H, rows]: the loss by what enters the ReLU, transposed */ readonly backTransposed: Float32Array;
}

/** What a batch asks of one head, as the kernel `crossEntropy` takes it; [rows] each. Weight 0: nothing. */
interface Targets {
  /** A class of the head; -1: the row is left alone. */
  readonly labels: Int32Array;
  readonly weights: Float32Array;
  /** Byte offset of P(answer | class) for each of the head's classes, the row's answer being what it is. */
  readonly likelihoods: Int32Array;
  readonly answerWeights: Float32Array;
}

/** Makes room for `rows` rows and the transition; weights and moments keep their places and values. */
export function placeBuffers(
  arena: Arena,
  shape: NetworkShape,
  rows: number,
  correction: RowCorrection | undefined,
): Buffers {
  const { hidden, coarse, tiedTo } = shape;
  const likelihoods = [
    correction ? answerLikelihood(correction.transition, shape, correction.classTransition) : new Float32Array(0),
    tiedTo ? groupLikelihood(tiedTo, coarse) : new Float32Array(0),
  ] as const;
  const layer = rows * hidden;
  const work = [layer, layer, rows * logits(shape), layer, layer];
  const targets = [rows, rows, rows, rows];
  const sets = Array.from({ length: 4 }, () => lengthsOf(shape)).flat();
  arena.clear(...sets, ...likelihoods.map(({ length }) => length), ...work, ...targets);
  const weights = takeWeights(arena, shape);
  const gradient = takeWeights(arena, shape);
  const moments = [takeWeights(arena, shape), takeWeights(arena, shape)] as const;
  const [answers, groups] = likelihoods.map((likelihood) => {
    const placed = arena.floats(likelihood.length);
    placed.set(likelihood);
    return placed;
  });
  const [mask, hiddenLayer, z, back, backTransposed] = work.map((length) => arena.floats(length));
  return {
    arena,
    rows,
    weights,
    gradient,
    moments,
    answers: answers!,
    groups: groups!,
    mask: mask!,
    hidden: hiddenLayer!,
    logits: z!,
    targets: {
      labels: arena.integers(rows),
      weights: arena.floats(rows),
      likelihoods: arena.integers(rows),
      answerWeights: arena.floats(rows),
    },
    back: back!,
    backTransposed: backTransposed!,
  };
}
