import { imageHash } from '../inputs/annotators/image-hash';
import type { Split } from '../lib/data/dataset';
import { inParallel } from '../lib/data/over-pictures';
import type { SaidEvent } from './events';
import type { Names } from './names';
import type { GivenStatement } from './project-options';
import { keyOf, type Said } from './said';

/**
 * What notes statements about images, in place of what the same people said before; of two by one person about one image the
 * last. The same again changes nothing. @param hashes of the images' files.
 */
export function statementEvents(
  given: readonly GivenStatement[],
  said: Said,
  hashes: ReadonlyMap<string, string>,
): SaidEvent[] {
  const at = new Date().toISOString();
  const events = new Map<string, SaidEvent>();
  for (const { image, says, by, adjudicate } of given) {
    const before = said.verdict(image).statements.get(by);
    if (before && keyOf(before.says) === keyOf(says) && (before.adjudicate || !adjudicate)) continue;
    events.set(JSON.stringify([image, by]), {
      event: before ? 'edit' : 'label',
      image,
      says,
      by,
      at,
      ...(hashes.has(image) && { hash: hashes.get(image)! }),
      ...(adjudicate && { adjudicate }),
    });
  }
  return [...events.values()];
}

/** Of images by their paths; none of a file that is gone or cannot be read: something can be said of it all the same. */
export async function hashesOf(pool: Split, names: Names, images: Iterable<string>): Promise<Map<string, string>> {
  const paths = [...new Set(images)];
  const found = await inParallel(paths, (image) => imageHash(pool, names.index(image)));
  return new Map(
    paths.flatMap((image, i) => {
      const hash = found[i];
      return typeof hash === 'string' ? [[image, hash] as const] : [];
    }),
  );
}
