import type { Split } from '../lib/data/dataset';
import { inParallel } from '../lib/data/over-pictures';
import { rgbPicture, type RgbPicture } from '../lib/data/pictures';
import type { Preprocessing } from '../inputs/features/preprocessing/config';
import { fitted, normalise } from '../inputs/features/preprocessing/prepare';
import type { PixelBatch } from '../inputs/features/vit/patches';

/**
 * The images of several splits as a network takes them, numbered through: those of the first split first. Decoded when
 * they are first needed; their bytes are kept, up to a limit.
 */
export class PreparedImages {
  private readonly kept = new Map<number, RgbPicture>();
  private room: number;

  /** @param most Bytes of decoded images to keep: 2 GB. */
  constructor(
    private readonly splits: readonly Split[],
    readonly how: Preprocessing,
    most = 2e9,
  ) {
    this.room = most;
  }

  /** @throws InputError naming the image that cannot be read. */
  async pixels(numbers: ArrayLike<number>): Promise<PixelBatch> {
    const outcomes = await inParallel(Array.from(numbers), (number) => this.picture(number));
    const pictures = outcomes.map((outcome) => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    });
    const { height, width } = pictures[0]!;
    const size = 3 * height * width;
    const pixels = new Float32Array(pictures.length * size);
    pictures.forEach((picture, i) => normalise(picture, this.how, pixels.subarray(i * size, (i + 1) * size)));
    return { count: pictures.length, height, width, pixels };
  }

  private async picture(number: number): Promise<RgbPicture> {
    const known = this.kept.get(number);
    if (known) return known;
    let i = number;
    let split = 0;
    while (i >= this.splits[split]!.fine.length) i -= this.splits[split++]!.fine.length;
    const picture = fitted(await rgbPicture(this.splits[split]!, i), this.how);
    if (this.room >= picture.pixels.length && !this.kept.has(number)) {
      this.room -= picture.pixels.length;
      this.kept.set(number, picture);
    }
    return picture;
  }
}
