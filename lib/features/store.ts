import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkFeatures, type Dataset } from '../datasets/dataset';
import { fingerprint } from '../datasets/fingerprint';
import { commonSize, imagesOf } from '../datasets/images-of';
import { createEngine } from '../engine';
import type { Engine } from '../engine/engine';
import { matrix, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import { createRandom } from '../random';
import { repositoryRoot } from '../root';
import { fisherDefaults, fisherVectors, fitFisherVectors, type FisherSettings, type Progress } from './fisher-vectors';
import { decodeNpy, encodeNpy, writeAtomically } from './npy';
import { applyPca, fitPca } from './pca';

/** One row of features an image. */
export interface Features {
  readonly pool: Matrix;
  readonly test: Matrix;
  /** What computed them, for captions. */
  readonly extractor: string;
}

export interface FeatureOptions {
  /** Multiplies the matrices; the default engine if absent. Not asked for when the cache serves. */
  engine?: Engine;
  /** Where the results are kept: `data/features` in the repository. */
  folder?: string;
  /** Components kept of the Fisher vectors: 256. */
  components?: number;
  fisher?: FisherSettings;
  /** Drawing patches and starting points. */
  seed?: number;
  progress?: Progress;
  /** Told why cached features are computed anew: to stderr by default. */
  warn?: (message: string) => void;
}

/** Raised whenever the same images and settings give other numbers than before. */
const VERSION = 1;

/** Height and width at most, in pixels, that images in files are described at. */
const LARGEST = 96;

/** Share of the work that decoding files is taken for, in progress. */
const DECODING = 0.3;

/** What lies beside the two .npy files, to know them again. */
interface Provenance {
  readonly key: string;
  readonly extractor: string;
  readonly engine: string;
  readonly sha256: { readonly pool: string; readonly test: string };
}

/**
 * The features of a data set: its own if it has some; else Fisher vectors, fitted to the pool's images without labels
 * and reduced to their principal components, scaled by one number to a mean square of 1. Computed once (about half a
 * minute for 8,000 images), then read from `<folder>/<name>.{pool,test}.npy`. A cache of other images or settings, or
 * a damaged one, is computed anew. Several processes may do so at once: files appear whole, and the last one wins.
 * Images in files are described in gray, at 96 x 96 pixels at most ({@link imagesOf}).
 * @throws InputError for a data set without images or features, and for features that are no finite numbers.
 */
export async function features(dataset: Dataset, options: FeatureOptions = {}): Promise<Features> {
  const own = { pool: dataset.pool.features, test: dataset.test.features };
  if (own.pool && own.test) return checked(dataset.name, { pool: own.pool, test: own.test, extractor: 'given' });
  const { pool: poolSplit, test: testSplit } = dataset;
  check(
    [poolSplit, testSplit].every(({ images, files }) => images ?? files),
    `${dataset.name} has neither images nor features; give both splits one of them`,
  );

  const settings = {
    version: VERSION,
    fisher: options.fisher ?? fisherDefaults,
    components: options.components ?? 256,
    seed: options.seed ?? 0,
  };
  const key = sha256([JSON.stringify(settings), await fingerprint(poolSplit), await fingerprint(testSplit)].join('\n'));
  const base = path.join(options.folder ?? path.join(repositoryRoot, 'data', 'features'), dataset.name);
  const warn = options.warn ?? ((message: string) => void process.stderr.write(`${message}\n`));
  const cached = await readCache(base, key, warn);
  if (cached) return checked(dataset.name, cached);

  const engine = options.engine ?? (await createEngine());
  const random = createRandom(settings.seed).stream('features');
  const share = poolSplit.fine.length / (poolSplit.fine.length + testSplit.fine.length);
  const read = poolSplit.files ? DECODING : 0;
  const size = { ...(await commonSize(poolSplit, LARGEST)), channels: 1 } as const;
  const told = (from: number, to: number) => (done: number, of: number) =>
    options.progress?.(from + (to - from) * (done / of));
  const images = {
    pool: await imagesOf(poolSplit, size, told(0, read * share)),
    test: await imagesOf(testSplit, size, told(read * share, read)),
  };
  const described = read + (1 - read) * share;
  const model = await fitFisherVectors(images.pool, engine, random.stream('fisher'), settings.fisher);
  const pool = await fisherVectors(images.pool, model, engine, (done) => told(read, described)(done, 1));
  const test = await fisherVectors(images.test, model, engine, (done) => told(described, 1)(done, 1));
  const components = Math.min(settings.components, pool.columns, pool.rows - 1);
  const pca = await fitPca(pool, components, engine, random.stream('pca'));
  const computed = checked(dataset.name, {
    pool: await applyPca(pca, pool, engine),
    test: await applyPca(pca, test, engine),
    extractor: `Fisher vectors, ${components} components`,
  });
  await writeCache(base, key, engine.name, computed);
  return computed;
}

function checked(name: string, found: Features): Features {
  checkFeatures(found.pool, `${name}, pool`);
  checkFeatures(found.test, `${name}, test`);
  return found;
}

async function readCache(base: string, key: string, warn: (message: string) => void): Promise<Features | undefined> {
  const again = (reason: string): undefined => {
    warn(`${base}.*: ${reason}; computing the features again`);
    return undefined;
  };
  let bytes: Buffer[];
  try {
    bytes = await Promise.all(['.json', '.pool.npy', '.test.npy'].map((end) => readFile(base + end)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const provenance = JSON.parse(bytes[0]!.toString()) as Provenance;
    if (provenance.key !== key) return again('made of other images or with other settings');
    if (provenance.sha256.pool !== sha256(bytes[1]!) || provenance.sha256.test !== sha256(bytes[2]!))
      return again('not the bytes that were written');
    const [pool, test] = [asMatrix(bytes[1]!, `${base}.pool.npy`), asMatrix(bytes[2]!, `${base}.test.npy`)];
    return { pool, test, extractor: provenance.extractor };
  } catch (error) {
    return again(`unreadable (${(error as Error).message})`);
  }
}

async function writeCache(
  base: string,
  key: string,
  engine: string,
  { pool, test, extractor }: Features,
): Promise<void> {
  const [poolBytes, testBytes] = [pool, test].map(({ rows, columns, data }) =>
    encodeNpy({ shape: [rows, columns], data }),
  );
  const provenance: Provenance = {
    ...{ key, extractor, engine },
    sha256: { pool: sha256(poolBytes!), test: sha256(testBytes!) },
  };
  await writeAtomically(`${base}.pool.npy`, poolBytes!);
  await writeAtomically(`${base}.test.npy`, testBytes!);
  await writeAtomically(`${base}.json`, `${JSON.stringify(provenance, null, 2)}\n`);
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

function asMatrix(bytes: Buffer, name: string): Matrix {
  const { shape, data } = decodeNpy(bytes, name);
  check(
    shape.length === 2 && data instanceof Float32Array,
    () => `${name} has shape (${shape.join(', ')}); expected float32 with two dimensions`,
  );
  return matrix(shape[0]!, shape[1]!, data);
}
