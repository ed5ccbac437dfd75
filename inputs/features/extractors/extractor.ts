import type { Dataset } from '../../../lib/data/dataset';
import type { Matrix } from '../../../lib/engine/matrix';

/** One row of features an image. */
export interface Features {
  readonly pool: Matrix;
  readonly test: Matrix;
  /** What computed them, for captions. */
  readonly extractor: string;
}

/** Features fresh from the images. */
export interface Extracted extends Features {
  /** What multiplied, for records. */
  readonly engine: string;
  /** Called once they are safely on disk: throws away what was kept to resume. */
  readonly settled?: () => Promise<void>;
}

/** Called now and then with the share done, 0 to 1. */
export type Progress = (share: number) => void;

/** Turns the images of a data set into features. */
export interface Extractor {
  /** Part of the cache's file names, but for `fisher`. */
  readonly name: string;
  /** All that its numbers depend on besides the images; plain JSON. */
  readonly settings: unknown;
  /** It learns from the pool what describes all images; else each image's row depends on that image alone. */
  readonly isFitted?: boolean;
  /**
   * @param base Files that start with it are the extractor's, to resume from.
   * @throws InputError naming the images that cannot be read, when all others are done.
   */
  extract(dataset: Dataset, base: string, progress?: Progress): Promise<Extracted>;
}
