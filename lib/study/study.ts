import type { Chosen } from '../choices/choices';
import type { Dataset } from '../data/dataset';
import { dataFingerprint } from '../data/fingerprint';
import type { Learner } from '../model/learner';
import { createLearner } from '../rounds/learners';
import { hashOf, plain, type Settings } from '../rounds/settings';
import { completeSetup, defaultPrices, type ExperimentSetup } from '../rounds/setup';
import type { Strategy } from '../strategies/strategy';

/** Raised whenever the same configuration gives other results than before. */
const VERSION = 4;

/** Everything of a run but the data themselves, which each process loads by name. */
export type RunSetup = Omit<
  ExperimentSetup,
  'data' | 'features' | 'strategy' | 'seed' | 'matched' | 'checkpoints' | 'warn'
>;

/** What all runs of a directory share, every default filled in: a plain JSON object. */
export type Study = Settings;

/**
 * Everything that results depend on, apart from strategy, seed and the annotator's price: the data, prices, rounds,
 * learner, noise model, ... Two grids with the same study may share a directory.
 * @throws InputError for a setup that cannot be.
 */
export function studyOf(data: Dataset, setup: RunSetup): Study {
  const {
    described,
    learner: learns,
    budget,
    improvement,
    validation,
    stopAtChance,
  } = completeSetup({
    ...setup,
    strategy: 'random',
  });
  const { learner, noise, annotator, extractor } = described;
  const { full, humanWeak } = { ...defaultPrices, ...setup.prices };
  return plain({
    version: VERSION,
    dataset: { name: data.name, hash: dataFingerprint(data) },
    prices: { full, humanWeak },
    rounds: setup.rounds,
    budget,
    learner: withVersion(learner, learns),
    noise,
    annotator,
    improvement,
    validation,
    stopAtChance,
    ...(extractor !== undefined && { extractor }),
    ...(setup.question && { question: setup.question }),
  });
}

/**
 * Settings of a learner, with the version of one that has been improved since it was first recorded: its old results are not
 * gone on with. (A session, which belongs to a person, goes on with the newer one.)
 */
const withVersion = (settings: object, { version }: Learner): Settings => ({
  ...settings,
  ...(version !== undefined && { version }),
});

/** What something is called in a configuration: by its version, too, where it has one. */
const called = (name: string, version: number | undefined): Settings | string =>
  version === undefined ? name : { name, version };

/**
 * A run's configuration, by which its records know one another: the study, the strategy, what it pays the annotator, and its
 * own learner where the setup names none.
 */
export function configurationHash(
  study: Study,
  { value: { name, version }, code }: Chosen<Strategy>,
  weakPrice: number | undefined,
  ofStrategy: string | undefined,
): string {
  const own = ofStrategy !== undefined && { learner: called(ofStrategy, createLearner(ofStrategy).version) };
  return hashOf({
    study,
    strategy: called(name, version),
    ...(code && { code }),
    weakCost: weakPrice,
    ...own,
  });
}
