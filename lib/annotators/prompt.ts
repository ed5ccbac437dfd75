import { createHash } from 'node:crypto';
import type { Hierarchy } from '../datasets/hierarchy';
import { check } from '../errors';
import { createRandom } from '../random';
import type { Granularity, Provider, Question, ShownImage } from './provider';
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
  readonly maxOutputTokens: number;
  /** The classes' names as shown, in the hierarchy's order; the fine ones where both lists are asked about. */
  readonly classes: readonly string[];
  /** Where both lists are: the groups' names likewise. */
  readonly groups?: readonly string[];
  /** As it is first asked. */
  readonly text: string;
  question(images: readonly ShownImage[], repetition: number): Question;
}

/**
 * "Classify the image into one of the following N classes", then the list: the paper's question (section 3) in our
 * words, each name on a line of its own. Asked for both, the annotator answers "group | class".
 * @throws InputError for names that cannot be told apart once they are on one line, or a batch that the annotator does not
 * take.
 */
export function createPrompt(
  lists: Pick<Hierarchy, 'fine' | 'coarse'>,
  granularity: Granularity,
  provider: Provider,
  options: PromptOptions & { readonly repeats?: number } = {},
): Prompt {
  const { shuffle, mode = 'text', batch = 1, repeats = 1, maxOutputTokens = 1024 } = options;
  const temperature = options.temperature ?? (repeats > 1 ? 1 : 0);
  check(
    Number.isInteger(batch) && batch >= 1 && batch <= provider.largestBatch,
    `Unexpected batch: ${batch}; ${provider.name} takes 1 to ${provider.largestBatch} images a request`,
  );
  const both = granularity === 'both';
  const [classes, groups] = [shown(lists[both ? 'fine' : granularity]), both ? shown(lists.coarse) : undefined];
  const listed = (repetition: number): string[] =>
    shuffle === undefined
      ? classes
      : Array.from(createRandom(shuffle).stream('prompt', repetition).permutation(classes.length), (k) => classes[k]!);
  const words = (order: readonly string[], count: number): string => wording(order, count, groups);
  const settings = [words(listed(0), 1), batch, batch > 1 && words(listed(0), batch), shuffle, mode, temperature];
  const hash = sha256(JSON.stringify([granularity, settings, repeats > 1, provider.settings ?? {}])).slice(0, 16);
  return {
    ...{ hash, batch, repeats, maxOutputTokens, classes, ...(groups && { groups }), text: words(listed(0), batch) },
    question(images, repetition) {
      const order = listed(repetition);
      const asked = { granularity, text: words(order, images.length), classes: order, ...(groups && { groups }) };
      return { ...asked, images, mode, temperature, maxOutputTokens, repetition };
    },
  };
}

/** Names as a list shows them. */
function shown(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name, k) => {
    const line = oneLine(name);
    check(line, `Class ${k} ("${printable(name)}") has an empty name; give it one`);
    check(!seen.has(line), `Classes ${seen.get(line)} and ${k} are both called "${line}"; give them different names`);
    seen.set(line, k);
    return line;
  });
}

function wording(classes: readonly string[], images: number, groups?: readonly string[]): string {
  const which = groups ? `${groups.length} groups and one of the following ` : '';
  const answer = groups
    ? 'the name of the group, a vertical bar, and the name of the class'
    : images === 1
      ? 'the name of the class'
      : 'the name of the class,';
  const task =
    images === 1
      ? `Classify the image into one of the following ${which}${classes.length} classes. ` +
        `Answer with ${answer}${groups ? ' (group | class)' : ''} alone, as the list${groups ? 's give them' : ' gives it'}.`
      : `Here are ${images} images, numbered from 1 in the order in which they are shown. Classify each of them into one ` +
        `of the following ${which}${classes.length} classes. Answer with one line an image: its number, a colon, and ` +
        `${answer}${groups ? ' (1: group | class)' : ''} as the list${groups ? 's give them' : ' gives it'}.`;
  const list = (names: readonly string[]): string => names.map((name) => `- ${name}`).join('\n');
  return `${task}\n\n${groups ? `Groups:\n${list(groups)}\n\n` : ''}Classes:\n${list(classes)}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
