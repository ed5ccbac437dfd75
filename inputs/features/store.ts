import path from 'node:path';
import type { Choice } from '../../lib/choices/choices';
import { dataRoot } from '../datasets/data-root';
import { checkFeatures, type Dataset } from '../../lib/data/dataset';
import { imagesFingerprint } from '../../lib/data/fingerprint';
import { check, toStderr } from '../../lib/errors';
import { readCache, sha256, writeCache } from './cache';
import type { Extractor, Features, Progress } from './extractors/extractor';
import type { FisherOptions } from './extractors/fisher';
import { ownExtractor } from './extractors/own';
import { extractorNamed } from './extractors/registry';

export type { Features } from './extractors/extractor';

export interface FeatureOptions extends FisherOptions {
  /** A name ({@link extractorNamed}), a file, or an extractor of your own; `fisher` by default. */
  extractor?: Choice<Extractor>;
  /** Where the results are kept: `features` beside the data sets ({@link dataRoot}), `data/features` in the repository. */
  folder?: string;
  progress?: Progress;
  /** Told why cached features are computed anew: to stderr by default. */
  warn?: (message: string) => void;
}

/**
 * The features of a data set: its own if it has some; else what the extractor makes of its images. Computed once, then
 * read from `<folder>/<name>[.<extractor>].{pool,test}.npy`. A cache of other images or settings, or a damaged one, is
 * computed anew. Several processes may do so at once: files appear whole, and the last one wins.
 * @throws InputError for a data set without images or features, for features that are no finite numbers, and for images
 * that cannot be read (once all others are done).
 * @example
 * const { pool, test } = await features(await loadDataset('typefaces')); // [5500, 256] and [2500, 256], float32
 */
export async function features(dataset: Dataset, options: FeatureOptions = {}): Promise<Features> {
  const own = { pool: dataset.pool.features, test: dataset.test.features };
  if (own.pool && own.test) return checked(dataset.name, { pool: own.pool, test: own.test, extractor: 'given' });
  check(
    [dataset.pool, dataset.test].every(({ images, files }) => images ?? files),
    `${dataset.name} has neither images nor features; give both splits one of them`,
  );
  const { extractor: wanted = 'fisher', folder = path.join(dataRoot(), 'features') } = options;
  const extractor = typeof wanted === 'string' ? await extractorNamed(wanted, options) : ownExtractor(wanted);
  const images = [await imagesFingerprint(dataset.pool), await imagesFingerprint(dataset.test)];
  const key = sha256([JSON.stringify(extractor.settings), ...images].join('\n'));
  const suffix = extractor.name === 'fisher' ? '' : `.${extractor.name.replace(/[^\w.-]+/g, '-')}`;
  const base = path.join(folder, dataset.name + suffix);
  const cached = await readCache(base, key, options.warn ?? toStderr);
  if (cached) return checked(dataset.name, cached);

  const computed = await extractor.extract(dataset, base, options.progress);
  checked(dataset.name, computed);
  writeCache(base, key, extractor.settings, computed);
  await computed.settled?.();
  const { pool, test, extractor: words } = computed;
  return { pool, test, extractor: words };
}

function checked(name: string, found: Features): Features {
  checkFeatures(found.pool, `${name}, pool`);
  checkFeatures(found.test, `${name}, test`);
  return found;
}
