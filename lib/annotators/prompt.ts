import { createHash } from 'node:crypto';
import { check } from '../errors';
import { createRandom } from '../random';
import type { Annotator, Granularity, Question, ShownImage } from './annotator';
import { oneLine, printable } from './printable';

export interface PromptOptions {
  /** Seed of the list's order, another one for every repetition; in the given order where absent. */
  readonly shuffle?: number;
  /** `text`: the model writes what it likes (the default, as in the paper); `enum`: only a class of the list is allowed. */
  readonly mode?: 'text' | 'enum';
  /** Images in one request: 1. */
  readonly batch?: number;
  /** Default 0, or 1 where the same question is asked several times. */
  readonly temperature?: number;
  /** What one reply may hold, thinking included: 1024. */
  readonly maxOutputTokens?: number;
}

/** How questions about one list of classes are put. */
export interface Prompt {
  /** Names what an answer depends on but the image: text, order, mode, temperature, batch, the annotator's settings. */
  readonly hash: string;
  readonly batch: number;
  readonly repeats: number;
  /** The classes' names as shown, in the hierarchy's order. */
  readonly classes: readonly string[];
  /** As it is first asked. */
  readonly text: string;
  question(images: readonly ShownImage[], repetition: number): Question;
}

/**
 * "Classify the image into one of the following N classes", then the list: the paper's question (section 3) in our
 * words, each name on a line of its own.
 * @throws InputError for names that cannot be told apart once they are on one line, or a batch that the annotator does not
 * take.
 */
export function createPrompt(
  names: readonly string[],
  granularity: Granularity,
  annotator: Annotator,
  options: PromptOptions & { readonly repeats?: number } = {},
): Prompt {
  const { shuffle, mode = 'text', batch = 1, repeats = 1, maxOutputTokens = 1024 } = options;
  const temperature = options.temperature ?? (repeats > 1 ? 1 : 0);
  check(
    Number.isInteger(batch) && batch >= 1 && batch <= annotator.largestBatch,
    `Unexpected batch: ${batch}; ${annotator.name} takes 1 to ${annotator.largestBatch} images a request`,
  );
  const classes = names.map(oneLine);
  const seen = new Map<string, number>();
  classes.forEach((name, k) => {
    check(name, `Class ${k} ("${printable(names[k]!)}") has an empty name; give it one`);
    check(!seen.has(name), `Classes ${seen.get(name)} and ${k} are both called "${name}"; give them different names`);
    seen.set(name, k);
  });
  const listed = (repetition: number): string[] =>
    shuffle === undefined
      ? classes
      : Array.from(createRandom(shuffle).stream('prompt', repetition).permutation(classes.length), (k) => classes[k]!);
  const told = [wording(listed(0), 1), batch, batch > 1 && wording(listed(0), batch), shuffle, mode, temperature];
  const hash = sha256(JSON.stringify([granularity, told, repeats > 1, annotator.settings ?? {}])).slice(0, 16);
  return {
    ...{ hash, batch, repeats, classes, text: wording(listed(0), batch) },
    question(images, repetition) {
      const order = listed(repetition);
      const text = wording(order, images.length);
      return { granularity, text, classes: order, images, mode, temperature, maxOutputTokens, repetition };
    },
  };
}

function wording(classes: readonly string[], images: number): string {
  const task =
    images === 1
      ? `Classify the image into one of the following ${classes.length} classes. ` +
        'Answer with the name of the class alone, as the list gives it.'
      : `Here are ${images} images, numbered from 1 in the order in which they are shown. Classify each of them into one ` +
        `of the following ${classes.length} classes. Answer with one line an image: its number, a colon, and the name of ` +
        'the class, as the list gives it.';
  return `${task}\n\nClasses:\n${classes.map((name) => `- ${name}`).join('\n')}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
