import type { Dataset } from '../data/dataset';
import { check } from '../errors';
import type { Level } from '../strategies/strategy';

/** What users call images and classes, turned into the pool's rows and the hierarchy's names. */
export class Naming {
  private readonly rows: ReadonlyMap<number, number>;
  private readonly imageAt: ReadonlyMap<string, number>;

  /** `images`: the data set's number of each row. */
  constructor(
    private readonly data: Dataset,
    images: Int32Array,
  ) {
    this.rows = new Map(Array.from(images, (image, row) => [image, row]));
    this.imageAt = new Map(data.pool.files?.paths.map((path, image) => [path, image]));
  }

  /** The row of a pool image that can be labelled. */
  rowOf(image: number): number {
    return this.rows.get(image)!;
  }

  /** The number of a pool image, given by its number or its path. @throws InputError for one that cannot be labelled. */
  image(image: number | string): number {
    const index = typeof image === 'number' ? image : this.imageAt.get(image);
    const { name, pool } = this.data;
    check(index !== undefined, `There is no image ${JSON.stringify(image)} in the pool of "${name}"`);
    check(
      Number.isInteger(index) && index >= 0 && index < pool.fine.length,
      `Unexpected image: ${index}; expected 0 to ${pool.fine.length - 1}, a pool image of "${name}"`,
    );
    check(this.rows.has(index), `Image ${index} is set aside for validation; its label is known`);
    return index;
  }

  /** The name of a fine class (`full`) or a group, given by name or number; null stays null. @throws InputError */
  className(label: string | number | null, level: Level): string | null {
    if (label === null) return null;
    const { fine, coarse } = this.data.hierarchy;
    const classes = level === 'full' ? fine : coarse;
    const name = typeof label === 'number' ? classes[label] : label;
    check(
      name !== undefined && classes.includes(name),
      () =>
        `Unknown ${level === 'full' ? 'class' : 'group'}: ${JSON.stringify(label)}; expected one of ${listed(classes)}`,
    );
    return name;
  }
}

const listed = (names: readonly string[]): string =>
  names.slice(0, 8).join(', ') + (names.length > 8 ? `, ... (${names.length} in all)` : '');
