import { checkFeatures, type Dataset } from '../datasets/dataset';
import type { Matrix } from '../engine/matrix';
import { check } from '../errors';

/** A row an image: of the pool, and of the test images. */
export interface Parts {
  readonly pool: Matrix;
  readonly test: Matrix;
}

/** Features of the caller's own, refused unless there is a row of numbers for every image. */
export function checkedFeatures(data: Dataset, features: Parts): Parts {
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
