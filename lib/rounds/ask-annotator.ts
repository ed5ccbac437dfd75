import { MISSING, OUTSIDE, REFUSED } from '../data/answer-code';
import { check } from '../errors';
import type { SessionContext } from './session-context';
import type { AnsweredEvent } from './session-log';

/**
 * What the annotator answers to pool rows, in one request of the session to it.
 * @throws InputError unless it answers each, once, with a class or a code for none.
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
  const { hierarchy } = material.data;
  checkAnswers(annotator.name, coarse, images.length, hierarchy.coarse);
  if (fine) checkAnswers(annotator.name, fine, images.length, hierarchy.fine);
  return {
    event: 'answered',
    images: [...images],
    coarse: [...coarse],
    ...(fine && { fine: [...fine] }),
    ...(outside?.some(Boolean) && { outside }),
  };
}

function checkAnswers(name: string, answers: Int32Array, images: number, classes: readonly string[]): void {
  check(
    answers.length === images,
    () => `Annotator "${name}" gave ${answers.length} answers for ${images} images; expected one each`,
  );
  const wrong = answers.find((answer) => answer < MISSING || answer >= classes.length);
  check(
    wrong === undefined,
    () =>
      `Annotator "${name}" answered ${wrong}; expected a number from 0 to ${classes.length - 1} ("${classes[0]}" to ` +
      `"${classes.at(-1)}"), ${OUTSIDE} for none of them, or ${REFUSED} for no answer`,
  );
}
