import { annotatorChoices, simulatedAnnotator, type Annotator, type Question } from '../../inputs/annotators/choices';
import type { SimulationOptions } from '../../inputs/annotators/simulate';
import type { Choice, Chosen } from '../choices/choices';
import { isFile } from '../choices/from-file';
import type { Dataset } from '../data/dataset';
import type { Matrix } from '../engine/matrix';
import { check } from '../errors';
import type { Extractor } from '../../inputs/features/extractors/extractor';
import { ownExtractor } from '../../inputs/features/extractors/own';
import type { CheckpointOptions } from '../model/checkpoints';
import type { Learner } from '../model/learner';
import { noiseChoices, noiseModelOf, type NoiseModel, type NoiseOptions } from '../noise/noise-model';
import { matchedMissing } from '../strategies/matched';
import { chooseStrategy } from '../strategies/registry';
import type { Counts, Strategy } from '../strategies/strategy';
import { learnerChoices } from './learners';
import { chosenNetwork, type NetworkOptions } from './network';
import { closedImprovement, paperImprovement, type ImprovementOptions } from './improvement/options';
import { estimators } from './improvement/estimators';
import { checkPerClass } from './validation-split';

/** Price of one label of each kind. The unit is a human's fine label. */
export interface Prices {
  readonly full: number;
  /** The annotator's answer (our choice: 0.01). */
  readonly weak: number;
  /** A human's coarse label, which ISOAL buys (0.5 in its code). */
  readonly humanWeak: number;
}

/**
 * How labels are bought and learned from: all that the results of a run depend on, beside its data and its seed.
 * Strategy, learner, noise model, annotator and extractor are each a name or spec, a file that exports one of yours
 * (`./mine.ts`), or the object itself.
 */
export interface LoopSetup extends NetworkOptions {
  readonly strategy: Choice<Strategy>;
  /** Money a round, in the prices' unit. */
  readonly budget: number;
  readonly prices?: Partial<Prices>;
  /** What learns from the labels. Default: the strategy's own, else `network`, with `trainer`, `training` and `vit` as its options. */
  readonly learner?: Choice<Learner>;
  /** How the annotator's errors are modelled. Default: `estimated`; a built-in one may be given as its options. */
  readonly noise?: Choice<NoiseModel> | Partial<NoiseOptions>;
  /** Who gives weak labels. Default: `recorded`; a simulated one may be given as its options: `{ accuracy: 0.5 }`. */
  readonly annotator?: Choice<Annotator> | SimulationOptions;
  /** What the annotator is asked; default: the strategy's own question, else `coarse`. Fine answers serve `mixture`. */
  readonly question?: Question;
  /** What describes the images, where no features are given: `fisher` (default), `vit-b16`, a model's path, ... */
  readonly extractor?: Choice<Extractor>;
  /** How expected improvement is estimated. Default: in closed form, by class means. */
  readonly improvement?: Partial<ImprovementOptions>;
  /**
   * Pool images whose labels everyone may use for choosing the best state of training, free of charge (as ISOAL does):
   * so many of each class, drawn by the seed, or these rows. Default 0: no label is free.
   */
  readonly validation?: number | Int32Array;
  /** Buy no more weak labels from an annotator that the trusted images show to be no better than chance. Default true. */
  readonly stopAtChance?: boolean;
}

/** One active-learning run on a data set whose labels answer for the human. */
export interface ExperimentSetup extends LoopSetup {
  readonly data: Dataset;
  /** Rows as in the data set's pool and test; computed (or read from the cache) where absent. */
  readonly features?: { readonly pool: Matrix; readonly test: Matrix };
  readonly seed: number;
  readonly rounds: number;
  /** Where long trainings (`tfjs`, `vit`) leave their state, to go on from there after an interruption. */
  readonly checkpoints?: CheckpointOptions;
  /**
   * For a control that repeats another run's purchases in number (`matches`): what that run, of the same seed and
   * setup, bought in each round: `boughtFull` and `boughtWeak` of its records.
   */
  readonly matched?: readonly Counts[];
  /** Told what a user should know: an annotator at chance, for instance. Default: stderr. */
  readonly warn?: (message: string) => void;
}

export const defaultPrices: Prices = { full: 1, weak: 0.01, humanWeak: 0.5 };

/** The setup with every choice made and every default filled in. */
export type CompleteSetup = ReturnType<typeof completeSetup>;

/** @throws InputError naming the value that cannot be, and what to do. */
export function completeSetup(setup: LoopSetup) {
  const { budget, extractor, validation = 0, stopAtChance = true } = setup;
  const improvement = completeImprovement(setup.improvement);
  const prices = { ...defaultPrices, ...setup.prices };
  const strategy = chooseStrategy(setup.strategy);
  check(
    setup.question === undefined || ['coarse', 'fine', 'both'].includes(setup.question),
    `Unexpected question: "${String(setup.question)}"; expected coarse, fine or both`,
  );
  const annotator = chooseAnnotator(setup.annotator);
  const learner = chooseLearner(setup, strategy.value.learner);
  const noise = chooseNoise(setup.noise);
  check(
    typeof validation !== 'number' || (Number.isInteger(validation) && validation >= 0),
    `Unexpected validation: ${String(validation)}; expected a whole number of images of each class, 0 or more, or rows`,
  );
  return {
    strategy: strategy.value,
    learner: learner.value,
    noise: noise.value,
    annotator: annotator.value,
    question: setup.question ?? strategy.value.question ?? 'coarse',
    budget,
    prices,
    extractor,
    improvement,
    validation,
    stopAtChance,
    /** What a run pays for either level. */
    levelPrices: { full: prices.full, weak: strategy.value.weakLabels === 'human' ? prices.humanWeak : prices.weak },
    /** What each choice is called in a study, with the code of those that came from files. */
    described: {
      strategy: described(strategy),
      learner: learner.settings ?? described(learner),
      noise: described(noise),
      annotator: annotator.settings ?? described(annotator),
      ...(extractor !== undefined && extractor !== 'fisher' && { extractor: describedExtractor(extractor) }),
    },
  };
}

/** @throws InputError for a run that its data, which are sound, cannot give. */
export function checkRun(complete: CompleteSetup, { data, seed, rounds, matched }: ExperimentSetup): void {
  const { strategy, budget, prices, validation } = complete;
  check(Number.isSafeInteger(seed), `Unexpected seed: ${seed}; expected an integer`);
  check(Number.isInteger(rounds) && rounds > 0, `Unexpected rounds: ${rounds}; expected a positive integer`);
  if (typeof validation === 'number') checkPerClass(data, validation);
  const setAside = typeof validation === 'number' ? validation * data.hierarchy.fine.length : validation.length;
  const candidates = data.pool.fine.length - setAside;
  check(
    candidates > 0,
    `All ${data.pool.fine.length} pool images of "${data.name}" are set aside for validation; lower it`,
  );
  check(
    budget * rounds <= candidates * prices.full,
    `${rounds} rounds of ${budget} buy more than the ${candidates} pool images of "${data.name}" ` +
      `(${candidates * prices.full} in full labels${setAside ? ', validation images left out' : ''}); lower rounds or budget`,
  );
  checkAnnotator(complete, data);
  if (strategy.matches !== undefined) checkMatched(strategy.matches, rounds, matched);
}

/** @throws InputError for a strategy that buys answers which the annotator cannot give. */
export function checkAnnotator({ strategy, annotator, question }: CompleteSetup, data: Dataset): void {
  if (strategy.weakLabels === 'annotator') annotator.checkQuestion?.(data, question);
}

/** The paper's options for trained networks, ours for the closed form; its own estimator, if none is named. */
export function completeImprovement(given: Partial<ImprovementOptions> = {}): ImprovementOptions {
  const { estimator = closedImprovement.estimator } = given;
  const known = Object.keys(estimators);
  check(
    typeof estimator === 'function' || known.includes(estimator),
    `Unexpected improvement.estimator: "${String(estimator)}"; expected ${known.join(' or ')}, or a function`,
  );
  const options = { ...(estimator === closedImprovement.estimator ? closedImprovement : paperImprovement), ...given };
  check(
    options.measure === 'accuracy' || options.measure === 'probability',
    `Unexpected improvement.measure: "${String(options.measure)}"; expected accuracy or probability`,
  );
  return options;
}

const described = ({ value, code }: Chosen<{ readonly name: string }>) => ({
  name: value.name,
  ...(code !== undefined && { code }),
});

/** Names stand for themselves; an extractor of yours is described by its code, too. */
const describedExtractor = (choice: Choice<Extractor>): unknown =>
  typeof choice === 'string' && !isFile(choice) ? choice : ownExtractor(choice).settings;

/** A network is described by all that it is trained with. */
function chooseLearner({ learner, trainer, training, vit }: LoopSetup, ofStrategy = 'network') {
  if (learner === undefined && ofStrategy !== 'network')
    return { ...learnerChoices.load(ofStrategy), settings: undefined };
  const own = { ...(trainer && { trainer }), ...(training && { training }), ...(vit && { vit }) };
  if (learner === undefined || learner === 'network') return chosenNetwork(own);
  const given = Object.keys(own);
  const chosen = learnerChoices.load(learner);
  check(
    !given.length,
    `${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} for learner "network"; give "${chosen.value.name}" its own options`,
  );
  return { ...chosen, settings: undefined };
}

function chooseNoise(noise: LoopSetup['noise'] = 'estimated'): Chosen<NoiseModel> {
  if (typeof noise === 'string' || 'estimate' in noise || 'create' in noise) return noiseChoices.load(noise);
  return { value: noiseModelOf(noise) };
}

function chooseAnnotator(annotator: LoopSetup['annotator'] = 'recorded') {
  if (typeof annotator === 'string' || 'answer' in annotator || 'create' in annotator)
    return { ...annotatorChoices.load(annotator), settings: undefined };
  return { value: simulatedAnnotator(annotator), settings: { name: 'simulated', ...annotator } };
}

function checkMatched(to: string, rounds: number, matched: readonly Counts[] | undefined): void {
  check(matched, matchedMissing(to));
  check(
    matched.length >= rounds,
    `Purchases to match are given for ${matched.length} of ${rounds} rounds; run "${to}" for as many rounds`,
  );
  for (const count of matched.flatMap(({ full, weak }) => [full, weak]))
    check(
      Number.isInteger(count) && count >= 0,
      `Unexpected number of labels in matched: ${count}; expected 0 or more`,
    );
}
