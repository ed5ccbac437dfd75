import { simulatedAnswers, type SimulationOptions } from '../annotators/simulate';
import { validateDataset, type Dataset } from '../datasets/dataset';
import type { Matrix } from '../engine/matrix';
import { check } from '../errors';
import type { CheckpointOptions } from '../model/checkpoints';
import { trainers, type TrainerName } from '../model/network-factory';
import { trainingOptions, type TrainingOptions } from '../model/training-options';
import { vitTrainingOptions, type VitTrainingOptions } from '../model/vit/options';
import { noiseOptions, type NoiseOptions } from '../noise/options';
import { matchedMissing } from '../strategies/matched';
import { createStrategy } from '../strategies/registry';
import type { Counts, Strategy } from '../strategies/strategy';
import { closedImprovement, paperImprovement, type ImprovementOptions } from './improvement/options';
import { estimators } from './improvement/estimators';

/** Price of one label of each kind. The unit is a human's fine label. */
export interface Prices {
  readonly full: number;
  /** The VLM's coarse answer (our choice: 0.01). */
  readonly weak: number;
  /** A human's coarse label, which ISOAL buys (0.5 in its code). */
  readonly humanWeak: number;
}

/** One active-learning run. */
export interface ExperimentSetup {
  readonly data: Dataset;
  /** What describes the images, where no features are given: `fisher` (default), `vit-b16`, `dinov2-b14`, a model's path. */
  readonly extractor?: string;
  /** Rows as in the data set's pool and test; computed (or read from the cache) where absent. */
  readonly features?: { readonly pool: Matrix; readonly test: Matrix };
  /** A strategy, or the spec of one in the registry: `margin`, `fixed-ratio(weakShare=0.5)`. */
  readonly strategy: string | Strategy;
  readonly seed: number;
  readonly rounds: number;
  /** Money a round, in the prices' unit. */
  readonly budget: number;
  readonly prices?: Partial<Prices>;
  readonly training?: Partial<TrainingOptions>;
  /**
   * `fast`: typed arrays; `tfjs`: the reference, on whatever backend TensorFlow.js has; `vit`: that on a vision
   * transformer which is trained as well, from its pre-trained state in every round, on the images themselves.
   */
  readonly trainer?: TrainerName;
  /** What `vit` trains, and how. The features above only serve strategies that look at them. */
  readonly vit?: Partial<VitTrainingOptions>;
  /** Where long trainings (`tfjs`, `vit`) leave their state, to go on from there after an interruption. */
  readonly checkpoints?: CheckpointOptions;
  /** How the annotator's errors are modelled and corrected. Default: T estimated, forward correction, no guard. */
  readonly noise?: Partial<NoiseOptions>;
  /** A simulated annotator in place of the data set's recorded answers: `{ accuracy: 0.5 }`. */
  readonly annotator?: SimulationOptions;
  /** How expected improvement is estimated. Default: in closed form, by class means. */
  readonly improvement?: Partial<ImprovementOptions>;
  /**
   * Pool images whose labels everyone may use for choosing the best state, free of charge (as ISOAL does): so many of
   * each class, drawn by the seed, or these rows. Default 5.
   */
  readonly validation?: number | Int32Array;
  /**
   * For a control that repeats another run's purchases in number (`matches`): what that run, of the same seed and
   * setup, bought in each round: `boughtFull` and `boughtWeak` of its records.
   */
  readonly matched?: readonly Counts[];
}

export const defaultPrices: Prices = { full: 1, weak: 0.01, humanWeak: 0.5 };

/** The setup with every default filled in, checked. */
export type CompleteSetup = ReturnType<typeof completeSetup>;

/** @throws InputError naming the value that cannot be, and what to do. */
export function completeSetup(setup: ExperimentSetup) {
  const { annotator } = setup;
  const data = annotator ? { ...setup.data, answers: simulatedAnswers(setup.data, annotator) } : setup.data;
  const { seed, rounds, budget, extractor, trainer = 'fast', validation = 5 } = setup;
  validateDataset(data);
  const improvement = completeImprovement(setup.improvement);
  check(
    improvement.measure === 'accuracy' || improvement.measure === 'probability',
    `Unexpected improvement.measure: "${String(improvement.measure)}"; expected accuracy or probability`,
  );
  const prices = { ...defaultPrices, ...setup.prices };
  const strategy = typeof setup.strategy === 'string' ? createStrategy(setup.strategy) : setup.strategy;
  check(Number.isSafeInteger(seed), `Unexpected seed: ${seed}; expected an integer`);
  check(Number.isInteger(rounds) && rounds > 0, `Unexpected rounds: ${rounds}; expected a positive integer`);
  check(trainers.includes(trainer), `Unexpected trainer: "${trainer}"; expected one of ${trainers.join(', ')}`);
  const held = typeof validation === 'number' ? validation * data.hierarchy.fine.length : validation.length;
  check(held > 0, `Unexpected validation: ${String(validation)}; expected images a class, or at least one row`);
  const candidates = data.pool.fine.length - held;
  check(
    budget * rounds <= candidates * prices.full,
    `${rounds} rounds of ${budget} buy more than the ${candidates} pool images of "${data.name}" ` +
      `(${candidates * prices.full} in full labels, validation images left out); lower rounds or budget`,
  );
  check(
    strategy.weakLabels !== 'annotator' || data.answers,
    `Strategy "${strategy.name}" buys an annotator's answers, but data set "${data.name}" has none recorded`,
  );
  if (strategy.matches !== undefined) checkMatched(strategy.matches, setup);
  return {
    data,
    strategy,
    seed,
    rounds,
    budget,
    costs: { full: prices.full, weak: strategy.weakLabels === 'human' ? prices.humanWeak : prices.weak },
    training: trainer === 'vit' ? vitTraining(setup) : trainingOptions(setup.training),
    trainer,
    ...(trainer === 'vit' && { vit: vitTrainingOptions(setup.vit) }),
    ...(extractor !== undefined && extractor !== 'fisher' && { extractor }),
    noise: noiseOptions(setup.noise),
    improvement,
    validation,
    ...(annotator && { annotator }),
    ...(setup.matched && { matched: setup.matched }),
  };
}

/** Whitening and input noise are for features; batches are those that a graphics card holds (our choice). */
function vitTraining({ data, training }: ExperimentSetup): TrainingOptions {
  check(
    [data.pool, data.test].every(({ images, files }) => images ?? files),
    `Trainer "vit" learns from images, but data set "${data.name}" has none; take trainer "fast"`,
  );
  const options = trainingOptions({ whitening: false, inputNoise: 0, batchSize: 32, learningRate: 1e-3, ...training });
  check(
    options.whitening === false && options.inputNoise === 0,
    'Trainer "vit" takes images: training.whitening must be false and training.inputNoise 0',
  );
  return options;
}

/** The paper's options for trained networks, ours for the closed form; its own estimator, if none is named. */
export function completeImprovement(given: Partial<ImprovementOptions> = {}): ImprovementOptions {
  const { estimator = closedImprovement.estimator } = given;
  const known = Object.keys(estimators);
  check(
    typeof estimator === 'function' || known.includes(estimator),
    `Unexpected improvement.estimator: "${String(estimator)}"; expected ${known.join(' or ')}, or a function`,
  );
  return { ...(estimator === closedImprovement.estimator ? closedImprovement : paperImprovement), ...given };
}

function checkMatched(to: string, { matched, rounds }: ExperimentSetup): void {
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
