import type { Dataset, PassedOver } from '../../lib/data/dataset';
import { groupsOf } from '../../lib/data/hierarchy';

/** A data set in numbers. Accuracies are shares, 0 to 1. */
export interface DatasetCard {
  readonly name: string;
  readonly title: string;
  /** Classes. */
  readonly fine: number;
  readonly coarse: number;
  /** Images. */
  readonly pool: number;
  readonly test: number;
  /** height x width x channels, where images are held as pixels. */
  readonly image?: readonly [height: number, width: number, channels: number];
  /** Where images lie that are files. */
  readonly folder?: string;
  /** Images left out because they cannot be read. */
  readonly leftOut?: number;
  /** What lies in the folder and is not used. */
  readonly passedOver?: readonly PassedOver[];
  /** Who gave the weak labels. */
  readonly annotator?: string;
  /** Share of the pool's images that the annotator names rightly. */
  readonly weakLabelAccuracy?: { readonly coarse: number; readonly fine?: number };
}

/**
 * What a data set holds, counted from the data set itself.
 * @example
 * const { fine, pool, annotator } = cardOf(await loadDataset('typefaces')); // numbers of classes and images
 */
export function cardOf({ name, title, hierarchy, pool, test, answers, passedOver }: Dataset): DatasetCard {
  const leftOut = (pool.files?.leftOut ?? 0) + (test.files?.leftOut ?? 0);
  return {
    name,
    title,
    fine: hierarchy.fine.length,
    coarse: hierarchy.coarse.length,
    pool: pool.fine.length,
    test: test.fine.length,
    ...(pool.images && { image: [pool.images.height, pool.images.width, pool.images.channels] as const }),
    ...(pool.files && { folder: pool.files.folder }),
    ...(leftOut && { leftOut }),
    ...(passedOver && { passedOver }),
    ...(answers && {
      annotator: answers.annotator,
      weakLabelAccuracy: {
        coarse: agreement(answers.coarse, groupsOf(hierarchy, pool.fine)),
        ...(answers.fine && { fine: agreement(answers.fine, pool.fine) }),
      },
    }),
  };
}

/** Share of equal labels, four decimals. */
export function agreement(a: Int32Array, b: Int32Array): number {
  return Number((a.filter((label, i) => label === b[i]).length / a.length).toFixed(4));
}
