import { check } from '../errors';
import type { SessionContext } from './session-context';
import type { AnsweredEvent } from './session-log';

/**
 * What the annotator answers to pool rows, in one request of the session to it.
 * @throws InputError unless it answers each, once.
 */
export async function askAnnotator(
  { setup, material }: SessionContext,
  rows: Iterable<number>,
  signal?: AbortSignal,
): Promise<AnsweredEvent> {
  const { annotator, question } = setup;
  const images = Int32Array.from(new Set(rows), (at) => material.images[at]!);
  const { coarse, fine, outside } = await annotator.answer({
    data: material.data,
    images,
    question,
    ...(signal && { signal }),
  });
  check(
    coarse.length === images.length,
    () => `Annotator "${annotator.name}" gave ${coarse.length} answers for ${images.length} images; expected one each`,
  );
  return {
    event: 'answered',
    images: [...images],
    coarse: [...coarse],
    ...(fine && { fine: [...fine] }),
    ...(outside?.some(Boolean) && { outside }),
  };
}
