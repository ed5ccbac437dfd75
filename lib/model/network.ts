import type { Matrix } from '../engine/matrix';
import type { CorrectionOptions } from '../noise/corrections';

/** Sizes and wiring of the two-head network: features [D] -> ReLU layer [H] -> fine head [K] and coarse head [C]. */
export interface NetworkShape {
  /** D */ readonly features: number;
  /** H */ readonly hidden: number;
  /** K */ readonly fine: number;
  /** C */ readonly coarse: number;
  /** Present: no coarse head of its own; its probability is the sum of the fine ones, `groupOf[k]` telling the group. */
  readonly tiedTo?: Int32Array;
}

/** All weights, row-major, inputs down and outputs across (y = x W + b). A tied network's coarse arrays are empty. */
export interface Parameters {
  /** [D, H] */ readonly shared: Float32Array;
  /** [H] */ readonly sharedBias: Float32Array;
  /** [H, K] */ readonly fine: Float32Array;
  /** [K] */ readonly fineBias: Float32Array;
  /** [H, C] */ readonly coarse: Float32Array;
  /** [C] */ readonly coarseBias: Float32Array;
}

/** The weights, and those of a trained extractor below the shared layer, if there is one. */
export interface NetworkState extends Parameters {
  /** By name; absent: as it was pre-trained. */
  readonly extractor?: ReadonlyMap<string, Float32Array>;
}

/**
 * One gradient step's data. Loss = sum_i fineWeight_i * -log p_fine(i)[fineLabel_i]
 *                               + sum_i coarseWeight_i * -log (p_coarse(i) T_i)[coarseLabel_i],
 * where T_i is the transition matrix for corrected rows (forward correction, Patrini et al. 2017, section 4.2; the other
 * corrections: lib/noise/corrections.ts) and the identity for the others. The weights already hold 1/n, class balance and
 * the weak loss's share; 0 = no such label.
 */
export interface Batch {
  /** [n, D], input noise already added */ readonly inputs: Matrix;
  /** [n, H] dropout mask to multiply the ReLU layer with (0 or 1/(1-rate)); absent: no dropout */
  readonly mask?: Matrix;
  /** [n] */ readonly fineLabels: Int32Array;
  /** [n] */ readonly fineWeights: Float32Array;
  /** [n]: 0 .. columns of T - 1 */ readonly coarseLabels: Int32Array;
  /** [n] */ readonly coarseWeights: Float32Array;
  /** [n]: 1 where the coarse label came from the annotator and T applies */ readonly corrected: Uint8Array;
}

/** What a network says of some rows. */
export interface Prediction {
  /** [n, H] the ReLU layer */ readonly hidden: Matrix;
  /** [n, K] probabilities */ readonly fine: Matrix;
  /** [n, C] probabilities */ readonly coarse: Matrix;
}

/**
 * A network that can be trained. Two implementations compute the same numbers: `tfjs-network` (the readable
 * reference, any tfjs backend) and `fast-network` (typed arrays, for cached features).
 */
export interface Network {
  readonly shape: NetworkShape;
  /** The engine that computes, for records. */
  readonly engine: string;
  /** Tells what is trained below the shared layer, and how, from all others; absent where nothing is. */
  readonly below?: string;
  /**
   * T [C, M], row-stochastic, for the corrected rows of later batches, and how they are corrected; M >= C (an extra
   * column: "outside the list").
   */
  setTransition(transition: Matrix | undefined, options?: CorrectionOptions): void;
  /**
   * One Adam step (beta 0.9, 0.999, epsilon 1e-8) down the batch's loss; returns the loss before the step. A head for
   * which the batch holds no label (all its weights 0) is left alone, moments and all, and each part (shared layer, fine
   * head, coarse head) counts its own steps for Adam's bias correction, as PyTorch does.
   */
  step(batch: Batch, learningRate: number): Promise<number>;
  /** The batch's loss and its gradient, without a step (for tests). */
  gradients(batch: Batch): Promise<{ loss: number; gradients: NetworkState }>;
  predict(inputs: Matrix): Promise<Prediction>;
  /** The likeliest class of each row by one head, the first of equals: what `predict` has largest, for less. */
  classify(inputs: Matrix, head: 'fine' | 'coarse'): Promise<Int32Array>;
  /** A copy of the weights. */
  parameters(): NetworkState;
  /** Sets the weights (copied) and forgets Adam's moments. */
  load(parameters: NetworkState): void;
  /** Copies of the weights and of Adam's moments, by name, for checkpoints; absent where trainings take seconds. */
  snapshot?(): ReadonlyMap<string, Float32Array>;
  /** Goes back to a snapshot of a network of this shape. */
  restore?(snapshot: ReadonlyMap<string, Float32Array>): void;
  /** Frees what it holds outside the JavaScript heap. */
  dispose(): void;
}
