import { createHash, type Hash } from 'node:crypto';
import type { Chosen } from '../choices/choices';
import type { Dataset, Split } from '../datasets/dataset';
import { plain, sorted, type Settings } from '../rounds/settings';
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
  const { described, budget, extractor, improvement, validation, stopAtChance } = completeSetup({
    ...setup,
    strategy: 'random',
  });
  const { learner, noise, annotator } = described;
  const { full, humanWeak } = { ...defaultPrices, ...setup.prices };
  const suffix = typeof extractor === 'object' ? extractor.suffix : extractor;
  return plain({
    ...{ version: VERSION, dataset: { name: data.name, hash: datasetHash(data) }, prices: { full, humanWeak } },
    ...{ rounds: setup.rounds, budget, learner, noise, annotator, improvement, validation, stopAtChance },
    ...(suffix && suffix !== 'fisher' && { extractor: suffix }),
    ...(setup.question && { question: setup.question }),
  });
}

/** A run's configuration, by which its records know one another: the study, the strategy and what it pays the annotator. */
export function configurationHash(
  study: Study,
  { value: { name }, code }: Chosen<Strategy>,
  weakCost: number | undefined,
): string {
  const text = JSON.stringify(sorted({ study, strategy: name, ...(code && { code }), weakCost }));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** A hash of all that is learned from or judged by; where pixels are not in memory, the images' names stand for them. */
function datasetHash({ hierarchy, pool, test, answers }: Dataset): string {
  const hash = createHash('sha256').update(JSON.stringify([hierarchy.fine, hierarchy.coarse]));
  addArray(hash, 'groups', hierarchy.groupOf);
  addSplit(hash, 'pool', pool);
  addSplit(hash, 'test', test);
  for (const name of ['coarse', 'fine', 'confidence'] as const) addArray(hash, name, answers?.[name]);
  addArray(hash, 'probabilities', answers?.probabilities?.data);
  return hash.digest('hex').slice(0, 12);
}

function addSplit(hash: Hash, name: string, { fine, images, files, features }: Split): void {
  hash.update(JSON.stringify([name, files && [files.paths, files.cropBottom]]));
  addArray(hash, 'fine', fine);
  addArray(hash, 'pixels', images?.pixels);
  addArray(hash, 'features', features?.data);
}

function addArray(hash: Hash, name: string, values: Int32Array | Float32Array | Uint8Array | undefined): void {
  hash.update(`${name} ${values?.length}\n`);
  if (values) hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
