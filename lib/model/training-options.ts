import { check } from '../errors';
import { DIRECTIONS } from '../engine/leading-space';

/** How the network is built and trained. The defaults are the optimum found on the typefaces' validation images. */
export interface TrainingOptions {
  /** Width of the shared ReLU layer. */
  readonly hidden: number;
  /**
   * `sequential`: the coarse head first, on every labelled image, then the fine head, on the full-labelled ones, each
   * keeping its best validation state (ISOAL). `joint`: both losses in every step.
   */
  readonly schedule: 'sequential' | 'joint';
  /** What the coarse head learns from: nothing, the groups of full-labelled images (the control), or those and weak labels. */
  readonly coarseHead: 'none' | 'trusted' | 'weak';
  /** No coarse head of its own: coarse probability = sum of the fine ones (ours, beyond the paper; joint only). */
  readonly tied: boolean;
  /** Adam steps of each stage. */
  readonly steps: number;
  readonly batchSize: number;
  /** Peak learning rate, decayed to 0 by half a cosine. */
  readonly learningRate: number;
  /** Share of ReLU units dropped. */
  readonly dropout: number;
  /** Standard deviation of Gaussian noise on the whitened inputs. */
  readonly inputNoise: number;
  /** Shrinkage of the within-class covariance that whitens the inputs, 0..1; `false`: no whitening. */
  readonly whitening: number | false;
  /** Features with more columns than this are whitened in so many leading principal components of the pool. */
  readonly components: number;
  /** Weight of the weak labels' loss against the coarse loss of trusted images. */
  readonly weakWeight: number;
  /** Joint schedule: weight of the trusted images' coarse loss against their fine loss. */
  readonly trustedCoarseWeight: number;
  /** The validation images are looked at this often in each stage. */
  readonly evaluations: number;
  /** Stop a stage after this many evaluations without a better state; `Infinity`: never. */
  readonly patience: number;
}

export const defaultTraining: TrainingOptions = {
  hidden: 256,
  schedule: 'sequential',
  coarseHead: 'weak',
  tied: false,
  steps: 300,
  batchSize: 128,
  learningRate: 3e-3,
  dropout: 0.3,
  inputNoise: 1,
  whitening: 0.2,
  components: DIRECTIONS,
  weakWeight: 1,
  trustedCoarseWeight: 0.5,
  evaluations: 10,
  patience: Infinity,
};

/** The defaults with `options` laid over them. Throws an InputError for values that make no sense. */
export function trainingOptions(options: Partial<TrainingOptions> = {}): TrainingOptions {
  const all = { ...defaultTraining, ...options };
  const counts = ['hidden', 'steps', 'batchSize', 'components', 'evaluations'] as const;
  for (const name of counts)
    check(
      Number.isInteger(all[name]) && all[name] > 0,
      `Unexpected ${name}: ${all[name]}; expected a positive integer`,
    );
  check(all.learningRate > 0, `Unexpected learningRate: ${all.learningRate}; expected more than 0`);
  check(all.dropout >= 0 && all.dropout < 1, `Unexpected dropout: ${all.dropout}; expected 0 to below 1`);
  check(all.inputNoise >= 0, `Unexpected inputNoise: ${all.inputNoise}; expected 0 or more`);
  check(
    all.whitening === false || (all.whitening > 0 && all.whitening <= 1),
    `Unexpected whitening: ${all.whitening}; expected a shrinkage above 0 up to 1, or false`,
  );
  check(!all.tied || all.schedule === 'joint', 'A tied head has no coarse stage of its own; set schedule: "joint"');
  return all;
}
