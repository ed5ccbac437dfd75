import { check } from '../errors';
import { checkCorrection, type Correction } from './corrections';
import { checkStrength, type Strength } from './dirichlet';

/** How an annotator's errors may be modelled, and in a line each, what T is then. */
export const noiseModels = {
  none: 'no T: the answers are taken as true, and those outside the list left out',
  identity: 'T = the identity: the answers are taken as true, those outside the list say nothing',
  oracle: 'the true T, counted on all recorded answers: for studies, since nobody has it',
  estimated: 'T per group, from the trusted images, shrunk towards the overall accuracy',
  'per-class': "T per fine class, from the trusted images, shrunk towards the group's row",
} as const;
export type NoiseModel = keyof typeof noiseModels;

export interface NoiseOptions {
  readonly model: NoiseModel;
  /** Strength of the Dirichlet prior of a group's row, in trusted answers (`estimated`, `per-class`). */
  readonly strength: Strength;
  /** Strength of a class's pull to its group's row, in trusted answers (`per-class`). */
  readonly classStrength: Strength;
  /** How T corrects the loss of the annotator's answers. */
  readonly correction: Correction;
  /** Weigh the weak loss by Cohen's kappa on the trusted images (ours), so that a chance-level VLM does no harm. */
  readonly guard: boolean;
}

export const defaultNoise: NoiseOptions = {
  model: 'estimated',
  strength: 4,
  classStrength: 'empirical-bayes',
  correction: 'forward',
  guard: false,
};

/** The defaults with `options` laid over them. Throws an InputError naming what cannot be, and what is known. */
export function noiseOptions(options: Partial<NoiseOptions> = {}): NoiseOptions {
  const all = { ...defaultNoise, ...options };
  check(
    Object.hasOwn(noiseModels, all.model),
    `Unknown noise model: "${all.model}"; expected one of ${Object.keys(noiseModels).join(', ')}`,
  );
  checkStrength(all.strength, 'noise.strength');
  checkStrength(all.classStrength, 'noise.classStrength');
  checkCorrection(all.correction);
  check(typeof all.guard === 'boolean', `Unexpected noise.guard: ${String(all.guard)}; expected true or false`);
  return all;
}
