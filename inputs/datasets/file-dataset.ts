import path from 'node:path';
import { InputError } from '../../lib/errors';
import { validateDataset, type Dataset, type PassedOver, type Split } from '../../lib/data/dataset';
import type { Hierarchy } from '../../lib/data/hierarchy';
import { reportedUnreadable, unreadableReport } from './unreadable';

/** An image in a file: its path below the data set's folder, with slashes, and the index of its fine class. */
export interface LabelledFile {
  readonly path: string;
  readonly fine: number;
}

/** What a loader of files found. */
export interface FoundFiles {
  readonly name: string;
  /** What commands call it, if not by its name. */
  readonly reference?: string;
  readonly title: string;
  readonly folder: string;
  readonly hierarchy: Hierarchy;
  readonly pool: readonly LabelledFile[];
  readonly test: readonly LabelledFile[];
  readonly cropBottom?: number;
  /** Pool labels may be -1, unknown, and the test set empty. */
  readonly open?: boolean;
  readonly passedOver?: readonly PassedOver[];
}

/**
 * A data set of images in files. Those that the report of unreadable images names are left out
 * (`npm run dataset -- NAME --check` writes it).
 * @throws InputError as {@link validateDataset}.
 */
export function fileDataset(found: FoundFiles): Dataset {
  const { name, reference = name, title, folder, hierarchy, cropBottom, open, passedOver } = found;
  const unreadable = reportedUnreadable(folder);
  const split = (all: readonly LabelledFile[]): Split => {
    const kept = all.filter((file) => !unreadable.has(file.path));
    const leftOut = all.length - kept.length;
    return {
      fine: Int32Array.from(kept, ({ fine }) => fine),
      files: {
        folder: path.resolve(folder),
        paths: kept.map((file) => file.path),
        reference,
        ...(cropBottom && { cropBottom }),
        ...(leftOut && { leftOut }),
      },
    };
  };
  try {
    return validateDataset(
      {
        name,
        title,
        hierarchy,
        pool: split(found.pool),
        test: split(found.test),
        ...(passedOver?.length && { passedOver }),
      },
      { ...(open && { open }) },
    );
  } catch (error) {
    if (!unreadable.size || !(error instanceof InputError)) throw error;
    const report = path.join(folder, unreadableReport);
    throw new InputError(`${error.message} (${unreadable.size} unreadable images are left out: see ${report})`);
  }
}
