import type { Dataset } from '../../../lib/data/dataset';
import { commonSize, imagesOf } from '../../datasets/images-of';
import { createEngine } from '../../../lib/engine';
import type { Engine } from '../../../lib/engine/engine';
import { createRandom } from '../../../lib/random';
import { fisherDefaults, fisherVectors, fitFisherVectors, type FisherSettings } from '../fisher-vectors';
import { applyPca, fitPca } from '../../../lib/engine/pca';
import type { Extracted, Extractor, Progress } from './extractor';

export interface FisherOptions {
  /** Multiplies the matrices; the default engine if absent. Not asked for when the cache serves. */
  engine?: Engine;
  /** Components kept of the Fisher vectors: 256. */
  components?: number;
  fisher?: FisherSettings;
  /** Drawing patches and starting points. */
  seed?: number;
}

/** Raised whenever the same images and settings give other numbers than before. */
const VERSION = 1;

/** Height and width at most, in pixels, that images in files are described at. */
const LARGEST = 96;

/** Share of the work that decoding files is taken for, in progress. */
const DECODING = 0.3;

/**
 * Fisher vectors, fitted to the pool's images without labels and reduced to their principal components, scaled by one
 * number to a mean square of 1; about half a minute for 8,000 images. Images in files are described in gray, at 96 x 96
 * pixels at most ({@link imagesOf}).
 */
export function fisherExtractor(options: FisherOptions = {}): Extractor {
  const { fisher = fisherDefaults, components = 256, seed = 0 } = options;
  return {
    name: 'fisher',
    settings: { version: VERSION, fisher, components, seed },
    isFitted: true,
    async extract(
      { pool: poolSplit, test: testSplit }: Dataset,
      _base: string,
      progress?: Progress,
    ): Promise<Extracted> {
      const engine = options.engine ?? (await createEngine());
      const random = createRandom(seed).stream('features');
      const share = poolSplit.fine.length / (poolSplit.fine.length + testSplit.fine.length);
      const read = poolSplit.files ? DECODING : 0;
      const size = { ...(await commonSize(poolSplit, LARGEST)), channels: 1 } as const;
      const reporting = (from: number, to: number) => (done: number, of: number) =>
        progress?.(from + (to - from) * (done / of));
      const images = {
        pool: await imagesOf(poolSplit, size, reporting(0, read * share)),
        test: await imagesOf(testSplit, size, reporting(read * share, read)),
      };
      const described = read + (1 - read) * share;
      const model = await fitFisherVectors(images.pool, engine, random.stream('fisher'), fisher);
      const pool = await fisherVectors(images.pool, model, engine, (done) => reporting(read, described)(done, 1));
      const test = await fisherVectors(images.test, model, engine, (done) => reporting(described, 1)(done, 1));
      const kept = Math.min(components, pool.columns, pool.rows - 1);
      const pca = await fitPca(pool, kept, engine, random.stream('pca'));
      return {
        pool: await applyPca(pca, pool, engine),
        test: await applyPca(pca, test, engine),
        extractor: `Fisher vectors, ${kept} components`,
        engine: engine.name,
      };
    },
  };
}
