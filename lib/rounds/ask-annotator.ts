import type { GivenAnswers } from '../../inputs/annotators/choices';
import { OUTSIDE, REFUSED } from '../data/answer-code';
import type { Hierarchy } from '../data/hierarchy';
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
  const { data } = material;
  const images = Int32Array.from(new Set(rows), (at) => material.images[at]!);
  const given = await annotator.answer({ data, images, question, ...(signal && { signal }) });
  checkAnswers(annotator.name, given, images, data.hierarchy);
  const { coarse, fine, outside } = given;
  return {
    event: 'answered',
    images: [...images],
    coarse: [...coarse],
    ...(fine && { fine: [...fine] }),
    ...(outside?.some(Boolean) && { outside }),
  };
}

/** What is kept is read again whenever the session goes on: nothing that cannot be learned from may be. */
function checkAnswers(name: string, given: GivenAnswers, images: Int32Array, hierarchy: Hierarchy): void {
  check(
    given?.coarse,
    () => `Annotator "${name}" answered ${JSON.stringify(given)}; expected { coarse: [a group for each image] }`,
  );
  const { coarse, fine, outside } = given;
  checkLevel(name, coarse, images, hierarchy.coarse);
  if (fine) checkLevel(name, fine, images, hierarchy.fine);
  if (!outside) return;
  checkCount(name, 'names outside the list', outside, images);
  images.forEach((image, i) =>
    check(
      typeof outside[i] === 'string',
      () => `Annotator "${name}" named ${outside[i]} outside the list for image ${image}; expected a text, "" for none`,
    ),
  );
}

function checkLevel(name: string, answers: Int32Array, images: Int32Array, classes: readonly string[]): void {
  checkCount(name, 'answers', answers, images);
  images.forEach((image, i) =>
    check(
      Number.isInteger(answers[i]) && answers[i]! >= REFUSED && answers[i]! < classes.length,
      () =>
        `Annotator "${name}" answered ${answers[i]} to image ${image}; expected a whole number, 0 to ` +
        `${classes.length - 1} ("${classes[0]}" to "${classes.at(-1)}"), ${OUTSIDE} for none of them, or ${REFUSED} for no answer`,
    ),
  );
}

const checkCount = (name: string, what: string, { length }: ArrayLike<unknown>, images: Int32Array): void =>
  check(
    length === images.length,
    () => `Annotator "${name}" gave ${length} ${what} for ${images.length} images; expected one each`,
  );
