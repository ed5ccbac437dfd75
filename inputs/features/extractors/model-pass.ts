import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Split } from '../../../lib/data/dataset';
import { inParallel } from '../../../lib/data/over-pictures';
import { rgbPicture, type RgbPicture } from '../../../lib/data/pictures';
import { matrix, row, type Matrix } from '../../../lib/engine/matrix';
import { check, InputError } from '../../../lib/errors';
import type { Preprocessing } from '../preprocessing/config';
import { fitted, normalise } from '../preprocessing/prepare';
import type { RowJournal } from '../row-journal';
import type { OnnxModel } from './onnx-model';

/** Sends the images of splits through a model, except those whose rows are in the journal already. */
export class ModelPass {
  private readonly faults: string[] = [];

  constructor(
    private readonly model: OnnxModel,
    private readonly how: Preprocessing,
    private readonly batch: number,
    private readonly journal: RowJournal,
  ) {}

  /** One row per image, zeros for images that cannot be read: {@link complain} names those. */
  async rows(split: Split, onDone: (done: number) => void): Promise<Matrix> {
    const all = Array.from(split.fine.keys());
    const hashes = await inParallel(all, (i) => contentHash(split, i));
    const keys = hashes.map((hash) => (hash instanceof Error ? '' : hash));
    const left = all.filter((i) => !this.journal.get(keys[i]!));
    onDone(all.length - left.length);
    let next = this.load(split, left.slice(0, this.batch));
    for (let at = 0; at < left.length; at += this.batch) {
      const pictures = await next;
      next = this.load(split, left.slice(at + this.batch, at + 2 * this.batch)); // decoded while the model runs
      await this.compute(pictures, keys);
      onDone(all.length - left.length + Math.min(at + this.batch, left.length));
    }
    const found = all.map((i) => this.journal.get(keys[i]!));
    const out = matrix(all.length, found.find(Boolean)?.length ?? 0);
    found.forEach((values, i) => values && row(out, i).set(values));
    return out;
  }

  /** @throws InputError naming the images that could not be read. */
  complain(total: number): void {
    if (!this.faults.length) return;
    const more = this.faults.length - 10;
    throw new InputError(
      `${this.faults.length} of ${total} images cannot be read:\n${this.faults.slice(0, 10).join('\n')}\n` +
        `${more > 0 ? `(and ${more} more)\n` : ''}` +
        'Replace them or leave them out, and run this again: the features of all others are kept',
    );
  }

  private async load(split: Split, chunk: readonly number[]): Promise<{ i: number; picture: RgbPicture }[]> {
    const outcomes = await inParallel(chunk, async (i) => ({
      i,
      picture: fitted(await rgbPicture(split, i), this.how),
    }));
    return outcomes.filter((outcome): outcome is { i: number; picture: RgbPicture } => {
      if (outcome instanceof Error) this.faults.push(outcome.message);
      return !(outcome instanceof Error);
    });
  }

  private async compute(
    pictures: readonly { i: number; picture: RgbPicture }[],
    keys: readonly string[],
  ): Promise<void> {
    if (!pictures.length) return;
    const { height, width } = pictures[0]!.picture;
    const size = 3 * height * width;
    const pixels = new Float32Array(pictures.length * size);
    pictures.forEach(({ picture }, j) => normalise(picture, this.how, pixels.subarray(j * size, (j + 1) * size)));
    const rows = await this.model.run(pixels, height, width);
    check(rows.rows === pictures.length, `The model gave ${rows.rows} rows for ${pictures.length} images`);
    await this.journal.add(pictures.map(({ i }, j) => [keys[i]!, row(rows, j)] as const));
  }
}

/** A hash of what image `i` is computed from. */
async function contentHash({ images, files }: Split, i: number): Promise<string> {
  const hash = createHash('sha256');
  if (images) {
    const { height, width, channels, pixels } = images;
    const size = height * width * channels;
    hash.update(JSON.stringify([height, width, channels])).update(pixels.subarray(i * size, (i + 1) * size));
  } else if (files) {
    hash
      .update(JSON.stringify([files.cropBottom ?? 0]))
      .update(await readFile(path.join(files.folder, files.paths[i]!)));
  }
  return hash.digest('hex');
}
