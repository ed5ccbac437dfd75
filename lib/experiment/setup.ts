import { validateDataset, type Dataset } from '../datasets/dataset';
import type { Matrix } from '../engine/matrix';
import { check } from '../errors';
import { trainingOptions, type TrainingOptions } from '../model/training-options';
import { strategyEntry } from '../strategies/registry';
import type { Level, Strategy } from '../strategies/strategy';
import { closedImprovement, paperImprovement, type ImprovementOptions } from './expected-improvement';
import { estimators } from './improvement-estimators';

/** Price of one label of each kind. The unit is a human's fine label. */
export interface Prices {
  readonly full: number;
  /** The VLM's coarse answer (our choice: 0.01). */
  readonly weak: number;
  /** A human's coarse label, which ISOAL buys (0.5 in its code). */
  readonly humanWeak: number;
}

export interface NoiseOptions {
  /** `estimated`: T from the trusted images, forward correction. `none`: the annotator's answers are taken as true. */
  readonly model: 'estimated' | 'none';
  /** Strength of T's Dirichlet prior, in answers. */
  readonly strength: number;
  /** Weigh the weak loss by Cohen's kappa on the trusted images (ours), so that a chance-level VLM does no harm. */
  readonly guard: boolean;
}

/** One active-learning run. */
export interface ExperimentSetup {
  readonly data: Dataset;
  /** Rows as in the data set's pool and test; computed (or read from the cache) where absent. */
  readonly features?: { readonly pool: Matrix; readonly test: Matrix };
  /** A name from the registry, or a strategy of your own with the levels it buys. */
  readonly strategy: string | (Strategy & { readonly buys: readonly Level[] });
  readonly seed: number;
  readonly rounds: number;
  /** Money a round, in the prices' unit. */
  readonly budget: number;
  readonly prices?: Partial<Prices>;
  readonly training?: Partial<TrainingOptions>;
  /** `fast`: typed arrays; `tfjs`: the reference, on whatever backend TensorFlow.js has. */
  readonly trainer?: 'fast' | 'tfjs';
  readonly noise?: Partial<NoiseOptions>;
  /** How expected improvement is estimated. Default: in closed form, by class means. */
  readonly improvement?: Partial<ImprovementOptions>;
  /**
   * Pool images whose labels everyone may use for choosing the best state, free of charge (as ISOAL does): so many of
   * each class, drawn by the seed, or these rows. Default 5.
   */
  readonly validation?: number | Int32Array;
}

export const defaultPrices: Prices = { full: 1, weak: 0.01, humanWeak: 0.5 };
export const defaultNoise: NoiseOptions = { model: 'estimated', strength: 4, guard: false };

/** The setup with every default filled in, checked. */
export type CompleteSetup = ReturnType<typeof completeSetup>;

/** @throws InputError naming the value that cannot be, and what to do. */
export function completeSetup(setup: ExperimentSetup) {
  const { data, seed, rounds, budget, trainer = 'fast', validation = 5 } = setup;
  validateDataset(data);
  const improvement = completeImprovement(setup.improvement);
  check(
    improvement.measure === 'accuracy' || improvement.measure === 'probability',
    `Unexpected improvement.measure: "${String(improvement.measure)}"; expected accuracy or probability`,
  );
  const prices = { ...defaultPrices, ...setup.prices };
  const { strategy, buys } = resolveStrategy(setup.strategy);
  check(Number.isSafeInteger(seed), `Unexpected seed: ${seed}; expected an integer`);
  check(Number.isInteger(rounds) && rounds > 0, `Unexpected rounds: ${rounds}; expected a positive integer`);
  check(trainer === 'fast' || trainer === 'tfjs', `Unexpected trainer: "${trainer}"; expected fast or tfjs`);
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
  return {
    data,
    strategy,
    buys,
    seed,
    rounds,
    budget,
    costs: { full: prices.full, weak: strategy.weakLabels === 'human' ? prices.humanWeak : prices.weak },
    training: trainingOptions(setup.training),
    trainer,
    noise: { ...defaultNoise, ...setup.noise },
    improvement,
    validation,
  };
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

function resolveStrategy(given: ExperimentSetup['strategy']): { strategy: Strategy; buys: readonly Level[] } {
  if (typeof given !== 'string') return { strategy: given, buys: given.buys };
  const entry = strategyEntry(given);
  return { strategy: entry.create(), buys: entry.buys };
}
