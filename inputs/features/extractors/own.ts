import { Choices, define, type Choice, type Definition, type Entry } from '../../../lib/choices/choices';
import type { Options } from '../../../lib/choices/options';
import type { Dataset, Split } from '../../../lib/data/dataset';
import { matrix, type Matrix } from '../../../lib/engine/matrix';
import { check } from '../../../lib/errors';
import { sha256 } from '../cache';
import type { Extractor } from './extractor';
import { fisherExtractor } from './fisher';

/** What an extractor of yours does. */
interface Describing {
  readonly name: string;
  /** One row of numbers for each image of a part of the data set, in their order: [images, D]. */
  describe(part: Split, data: Dataset): Matrix | Promise<Matrix>;
}

/**
 * An extractor of yours. What it makes is kept like any other's, under its name; other code or options make it anew.
 * @example
 * export default defineExtractor({ name: 'grey', create: () => ({ describe: ({ images }) => meansOf(images!) }) });
 */
export function defineExtractor<O extends Options = Record<never, never>>(
  definition: Definition<Describing, O>,
): Entry<Extractor, O> {
  const entry = define<Describing, O>('extractor', definition);
  return { ...entry, create: (options) => asExtractor(entry.create(options)) };
}

function asExtractor({ name, describe }: Describing): Extractor {
  return {
    name,
    settings: { name, code: sha256(String(describe)).slice(0, 12) },
    async extract(data, _base, progress) {
      const rowsOf = async (part: 'pool' | 'test'): Promise<Matrix> => {
        const images = data[part].fine.length;
        const rows = await describe(data[part], data);
        check(
          rows.rows === images,
          `Extractor "${name}" gave ${rows.rows} rows for ${images} ${part} images; expected one for each`,
        );
        return rows;
      };
      const pool = await rowsOf('pool');
      progress?.(pool.rows / (pool.rows + data.test.fine.length));
      const test = data.test.fine.length ? await rowsOf('test') : matrix(0, pool.columns);
      check(
        test.columns === pool.columns,
        `Extractor "${name}" gave ${pool.columns} numbers for a pool image and ${test.columns} for a test image; expected as many`,
      );
      return { pool, test, extractor: name, engine: 'own code' };
    },
  };
}

const fisher: Entry<Extractor> = {
  name: 'fisher',
  description: 'Fisher vectors of patches, fitted to the pool without labels',
  source: 'Sánchez et al., IJCV 2013',
  options: {},
  create: () => fisherExtractor(),
};

/** Extractors by name, from a file, or yours; those that a model's file or folder stands for are found by its path. */
export const extractorChoices = new Choices<Extractor>('extractor', [fisher], (value) => 'extract' in value);

/** The extractor of yours that is given, or that a file exports; its settings tell its code. */
export function ownExtractor(choice: Choice<Extractor>): Extractor {
  const { value, code } = extractorChoices.load(choice);
  return code === undefined ? value : { ...value, settings: [value.settings, { code }] };
}
