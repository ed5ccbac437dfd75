import { Choices, define, type Choice, type Entry } from '../choices/choices';
import { spec } from '../choices/options';
import type { Learner } from '../model/learner';
import { lda, mixture } from '../model/mixture';
import { nearestMean } from '../model/nearest-mean';
import { onRoots } from '../model/on-roots';
import { student } from '../model/student';
import { chosenNetwork, network } from './network';

const whitening = {
  whitening: {
    ...spec('none', 'none, or a number above 0 up to 1', 'shrinkage of a whitening within the labelled classes'),
    parse: (text: string) => (text === 'none' || (Number(text) > 0 && Number(text) <= 1) ? text : undefined),
  },
};

/** Learners beside the network. They learn fine classes; a group's probability is the sum of its classes'. */
const besideTheNetwork: readonly Entry<Learner>[] = [
  define<Learner, Record<never, never>>('learner', {
    name: 'lda',
    description: 'linear discriminant analysis of the bought labels, covariance shrunk by cross-validation',
    source: 'Friedman 1989; Ledoit and Wolf 2004',
    create: () => lda(),
  }),
  define<Learner, typeof whitening>('learner', {
    name: 'nearest-mean',
    description: 'the class whose mean lies nearest by angle',
    source: 'Rocchio 1971',
    options: whitening,
    create: (values) => nearestMean(values.whitening === 'none' ? {} : { whitening: Number(values.whitening) }),
  }),
  define<Learner, Record<never, never>>('learner', {
    name: 'mixture',
    description: "Gaussian classes by EM over the pool; the annotator's answers count as likelihoods",
    source: 'Nigam et al. 2000, on features (ours)',
    create: () => mixture(),
  }),
  define<Learner, Record<never, never>>('learner', {
    name: 'student',
    description: 'the mixture, and a network that learns what it knows of every pool image; their geometric mean',
    source: 'Hinton et al. 2015, arXiv 1503.02531',
    create: () => student(mixture(), onRoots(chosenNetwork({}).value)),
  }),
];

/** The learners to choose from: by name, from a file, or yours. */
export const learnerChoices = new Choices<Learner>(
  'learner',
  [network, ...besideTheNetwork],
  (value) => 'fit' in value,
);

/** The learner that is chosen. @example createLearner('network(steps=100)') */
export const createLearner = (choice: Choice<Learner>): Learner => learnerChoices.load(choice).value;
