import { createHash, type Hash } from 'node:crypto';
import type { Dataset, Split } from '../datasets/dataset';
import { check } from '../errors';
import type { Strategy } from '../strategies/strategy';
import { completeSetup, defaultPrices, type ExperimentSetup } from '../rounds/setup';

/** Raised whenever the same configuration gives other results than before. */
const VERSION = 4;

/** Everything of a run but the data themselves, which each process loads by name. */
export type RunSetup = Omit<ExperimentSetup, 'data' | 'features' | 'strategy' | 'seed' | 'matched' | 'checkpoints'>;

/** What all runs of a directory share, every default filled in: a plain JSON object. */
export type Study = Readonly<Record<string, unknown>>;

/**
 * Everything that results depend on, apart from strategy, seed and the annotator's price: the data, prices, rounds,
 * training, noise model, ... Two grids with the same study may share a directory.
 * @throws InputError for a setup that cannot be.
 */
export function studyOf(data: Dataset, setup: RunSetup, strategy = 'random'): Study {
  const complete: Record<string, unknown> = { ...completeSetup({ data, strategy, seed: 0, ...setup }) };
  for (const name of ['data', 'strategy', 'buys', 'seed', 'costs', 'matched']) delete complete[name];
  const { full, humanWeak } = { ...defaultPrices, ...setup.prices };
  const dataset = { name: data.name, hash: datasetHash(data) };
  return plain({ version: VERSION, dataset, prices: { full, humanWeak }, ...complete });
}

/** A run's configuration, by which its records know one another: the study, the strategy and what it pays the annotator. */
export function configurationHash(
  study: Study,
  strategy: Pick<Strategy, 'name'>,
  weakCost: number | undefined,
): string {
  const text = JSON.stringify(sorted({ study, strategy: strategy.name, weakCost }));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Names of the values in which two studies differ, as paths, with both values: "training.steps: 300 there, 100 here". */
export function differences(there: unknown, here: unknown, path = ''): string[] {
  if (JSON.stringify(sorted(there)) === JSON.stringify(sorted(here))) return [];
  if (!isObject(there) || !isObject(here))
    return [`${path}: ${JSON.stringify(there) ?? 'absent'} there, ${JSON.stringify(here) ?? 'absent'} here`];
  const names = [...new Set([...Object.keys(there), ...Object.keys(here)])];
  return names.flatMap((name) => differences(there[name], here[name], path ? `${path}.${name}` : name));
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

/** As it will be read from disk: lists for typed arrays, words for numbers that JSON does not have. */
function plain(value: unknown): Study {
  const text = JSON.stringify(value, (name, item: unknown) => {
    check(typeof item !== 'function', `Unexpected ${name}: a function; a grid's workers need its name`);
    if (ArrayBuffer.isView(item)) return Array.from(item as Int32Array);
    return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  });
  return JSON.parse(text) as Study;
}

/** The same value with every object's keys in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
