import { checkFeatures, type Dataset } from '../data/dataset';
import { createEngine, type Engine } from '../engine';
import { takeRows, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import { features as extractFeatures } from '../../inputs/features/store';
import type { Validation } from '../model/training-set';
import type { Random } from '../random';
import type { PoolImage } from '../strategies/strategy';
import type { CompleteSetup } from './setup';
import { validationSplit } from './validation-split';

/** One row of numbers for each image: of the pool, and of the test images. */
export interface PoolAndTest {
  readonly pool: Matrix;
  readonly test: Matrix;
}

/** What a run works on: features of the images that can be bought, of those set aside, and of the test images. */
export interface Material {
  readonly data: Dataset;
  readonly engine: Engine;
  /** Of the rows that can be bought. */
  readonly features: PoolAndTest;
  /** What the learner is fed with: the features, or numbers of its own. */
  readonly inputs: PoolAndTest;
  readonly validation: Validation | undefined;
  /** The data set's number of each row. */
  readonly images: Int32Array;
}

/**
 * Reads or computes the features and sets the validation images aside.
 * @throws InputError for features that do not fit the images, or images that do not suffice.
 */
export async function prepareMaterial(
  data: Dataset,
  { learner, extractor = 'fisher', validation: wanted }: CompleteSetup,
  given: PoolAndTest | undefined,
  random: Random,
): Promise<Material> {
  const all = given ? checkedFeatures(data, given) : await extractFeatures(data, { extractor });
  const numbers = await learner.inputs?.(data);
  const { validation, pool } = validationSplit(data, wanted, random.stream('validation'));
  const features = { pool: takeRows(all.pool, pool), test: all.test };
  return {
    data,
    engine: await createEngine(),
    features,
    inputs: numbers ? { pool: takeRows(numbers.pool, pool), test: numbers.test } : features,
    validation: validation.length
      ? {
          features: takeRows(all.pool, validation),
          ...(numbers && { inputs: takeRows(numbers.pool, validation) }),
          fine: validation.map((i) => data.pool.fine[i]!),
        }
      : undefined,
    images: pool,
  };
}

/** The pool image that a row is. */
export function imageOf({ data, images }: Material, row: number): PoolImage {
  const index = images[row]!;
  const path = data.pool.files?.paths[index];
  return { index, ...(path !== undefined && { path }) };
}

/** Features of the caller's own, refused unless there is a row of numbers for every image. */
function checkedFeatures(data: Dataset, features: PoolAndTest): PoolAndTest {
  for (const part of ['pool', 'test'] as const) {
    const [rows, images] = [features[part].rows, data[part].fine.length];
    check(
      rows === images,
      `${rows} rows of features for the ${images} ${part} images of "${data.name}"; give one each`,
    );
    checkFeatures(features[part], `${data.name}, ${part}`);
  }
  return features;
}
