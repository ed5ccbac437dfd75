import { Choices, define, type Definition, type Entry } from '../choices/choices';
import { choice, flag, type Option, type Options } from '../choices/options';
import { groupsOf, type Hierarchy } from '../data/hierarchy';
import type { Matrix } from '../engine/matrix';
import { matrix, row } from '../engine/matrix';
import { checkCorrection, corrections, type Correction } from './corrections';
import { checkStrength, type Strength } from './dirichlet';
import { averageByGroup, estimateClassTransition, type TrustedClasses } from './per-class';
import { estimateTransition, identityTransition } from './transition-matrix';

/** What a network is told of the annotator's errors. */
export interface NoiseEstimate {
  /** T per group [C, M]; M = C + 1 with a column for answers outside the list. */ readonly transition: Matrix;
  /** T per fine class [K, M], of which `transition` then is the average by group. */ readonly classTransition?: Matrix;
}

/** What a noise model may look at. */
export interface NoiseEvidence {
  readonly hierarchy: Hierarchy;
  /** The annotator's answers to the images that a human labelled. */ readonly trusted: TrustedClasses;
  /** To all images, with their true classes, where they are recorded: only the oracle looks. */
  readonly everything: () => TrustedClasses;
  /** Whether any answer that was paid for is outside the list. */ readonly outside: boolean;
}

/** How an annotator's errors are modelled, and what is done about them. */
export interface NoiseModel {
  readonly name: string;
  /** T from the answers it may see; undefined: the answers are taken as true, and those outside the list left out. */
  estimate(evidence: NoiseEvidence): NoiseEstimate | undefined;
  /** How T corrects the loss of the annotator's answers; default: forward. */
  readonly correction?: Correction;
  /** Weigh the weak loss by Cohen's kappa on the trusted images (ours), so that a chance-level VLM does no harm. */
  readonly guard?: boolean;
  /** Learners that model answers by the class may count all recorded ones, too: the oracle. */
  readonly looksAtAll?: boolean;
}

/** How the built-in models are set; an object with these fields may stand where a noise model is chosen. */
export interface NoiseOptions {
  readonly model: keyof typeof noiseModels;
  /** Strength of the Dirichlet prior of a group's row, in trusted answers (`estimated`, `per-class`). */
  readonly strength: Strength;
  /** Strength of a class's pull to its group's row, in trusted answers (`per-class`). */
  readonly classStrength: Strength;
  readonly correction: Correction;
  readonly guard: boolean;
}

/**
 * A noise model of yours or ours.
 * @example
 * export default defineNoiseModel({
 *   name: 'half-right',
 *   create: () => ({ estimate: ({ hierarchy }) => ({ transition: mostlyRight(hierarchy.coarse.length, 0.5) }) }),
 * });
 */
export const defineNoiseModel = <O extends Options = Record<never, never>>(
  definition: Definition<NoiseModel, O>,
): Entry<NoiseModel, O> => define<NoiseModel, O>('noise model', definition);

const byGroup = (hierarchy: Hierarchy, { classes, answers }: TrustedClasses) => ({
  groups: groupsOf(hierarchy, classes),
  answers,
});

/** What each built-in model makes of the evidence. */
const estimates = {
  none: () => undefined,
  identity: ({ hierarchy: { coarse }, trusted, outside }) => {
    const T = identityTransition(coarse.length);
    return { transition: outside ? withOutside(T, trusted) : T };
  },
  oracle: ({ hierarchy, everything }) => {
    const answers = byGroup(hierarchy, everything());
    return { transition: estimateTransition(answers, hierarchy.coarse.length, { strength: 0 }) };
  },
  estimated: ({ hierarchy, trusted, outside }, { strength }) => {
    const answers = byGroup(hierarchy, trusted);
    return { transition: estimateTransition(answers, hierarchy.coarse.length, { strength, outside }) };
  },
  'per-class': ({ hierarchy, trusted, outside }, { strength, classStrength }) => {
    const classTransition = estimateClassTransition(trusted, hierarchy, { strength, classStrength, outside });
    return { transition: averageByGroup(classTransition, hierarchy), classTransition };
  },
} satisfies Record<
  string,
  (evidence: NoiseEvidence, options: Pick<NoiseOptions, 'strength' | 'classStrength'>) => NoiseEstimate | undefined
>;

/** How an annotator's errors may be modelled, and in a line each, what T is then. */
export const noiseModels = {
  none: 'no T: the answers are taken as true, and those outside the list left out',
  identity: 'T = the identity: the answers are taken as true, those outside the list say nothing',
  oracle: 'the truth, counted on all recorded answers: T, or the tables of a mixture; for studies, since nobody has it',
  estimated: 'T per group, from the trusted images, shrunk towards the overall accuracy',
  'per-class': "T per fine class, from the trusted images, shrunk towards the group's row",
} satisfies Record<keyof typeof estimates, string>;

const strength = (preset: Strength, description: string): Option<Strength> => ({
  default: preset,
  description,
  accepts: 'a number of answers, or empirical-bayes',
  parse: (text) => (text === 'empirical-bayes' ? text : Number(text) >= 0 && text !== '' ? Number(text) : undefined),
});

const options = {
  strength: strength(4, "strength of the Dirichlet prior of a group's row, in trusted answers"),
  classStrength: strength('empirical-bayes', "strength of a class's pull to its group's row, in trusted answers"),
  correction: choice<Correction>(corrections, 'forward', "how T corrects the loss of the annotator's answers"),
  guard: flag(false, "weigh the weak loss by Cohen's kappa on the trusted images"),
} satisfies Options;

const entries = Object.entries(noiseModels).map(([name, description]) =>
  define<NoiseModel, typeof options>('noise model', {
    name,
    description,
    options,
    source: name === 'per-class' ? 'beyond the paper (ours)' : 'Patrini et al., CVPR 2017, on trusted images',
    create: ({ correction, guard, ...strengths }) => ({
      estimate: (evidence) => estimates[name as keyof typeof estimates](evidence, strengths),
      correction,
      guard,
      ...(name === 'oracle' && { looksAtAll: true }),
    }),
  }),
);

/** The noise models to choose from: by name or spec (`estimated(guard=true)`), from a file, or yours. */
export const noiseChoices = new Choices<NoiseModel>('noise model', entries, (value) => 'estimate' in value);

/** The built-in model that has these options. @throws InputError naming what cannot be, and what is known. */
export function noiseModelOf({ model = 'estimated', ...given }: Partial<NoiseOptions> = {}): NoiseModel {
  if (given.strength !== undefined) checkStrength(given.strength, 'noise.strength');
  if (given.classStrength !== undefined) checkStrength(given.classStrength, 'noise.classStrength');
  if (given.correction !== undefined) checkCorrection(given.correction);
  return noiseChoices.entry(model).create(given);
}

/** With the share of answers outside the list as a column that is the same for every group, so that they say nothing. */
function withOutside(T: Matrix, { answers }: TrustedClasses): Matrix {
  const share = (answers.filter((answer) => answer < 0).length + 1) / (answers.length + 2);
  const wider = matrix(T.rows, T.columns + 1);
  for (let i = 0; i < T.rows; i++) {
    row(wider, i).set(row(T, i).map((p) => p * (1 - share)));
    wider.data[(i + 1) * wider.columns - 1] = share;
  }
  return wider;
}
