import { createHash } from 'node:crypto';
import type { Hierarchy } from '../../lib/data/hierarchy';
import { check } from '../../lib/errors';
import { createRandom } from '../../lib/random';
import type { Example, Guide } from './guide';
import type { Granularity, Provider, AnswerRequest, ShownImage } from './provider';
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
  /** What the pictures are, how classes differ, examples. */
  readonly guide?: Guide;
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
  /** Pictures that every request shows with their classes. */
  readonly examples: readonly Example[];
  question(images: readonly ShownImage[], repetition: number): AnswerRequest;
}

/**
 * "Classify the image into one of the following N classes", then the list: the paper's question (section 3) in our
 * words, each name on a line of its own. Asked for both, the annotator answers "group | class".
 * @throws InputError for names that are equal once they are on one line, or a batch that the annotator does not
 * take.
 */
export function createPrompt(
  lists: Pick<Hierarchy, 'fine' | 'coarse' | 'descriptions'>,
  granularity: Granularity,
  provider: Provider,
  options: PromptOptions & { readonly repeats?: number } = {},
): Prompt {
  const { shuffle, mode = 'text', batch = 1, repeats = 1, maxOutputTokens = 1024, guide = {} } = options;
  const temperature = options.temperature ?? (repeats > 1 ? 1 : 0);
  check(
    Number.isInteger(batch) && batch >= 1 && batch <= provider.largestBatch,
    `Unexpected batch: ${batch}; ${provider.name} takes 1 to ${provider.largestBatch} images a request`,
  );
  const { about, examples = [] } = guide;
  check(
    !examples.length || provider.takesExamples,
    `${provider.name} takes no examples; leave them out of the prompt's file`,
  );
  const both = granularity === 'both';
  const [classes, groups] = [shown(lists[both ? 'fine' : granularity]), both ? shown(lists.coarse) : undefined];
  const listed = (repetition: number): string[] =>
    shuffle === undefined
      ? classes
      : Array.from(createRandom(shuffle).stream('prompt', repetition).permutation(classes.length), (k) => classes[k]!);
  const words = (order: readonly string[], count: number): string =>
    [about, wording(order, count, groups, descriptionsOf(lists, guide))].filter(Boolean).join('\n\n');
  const settings = [words(listed(0), 1), batch, batch > 1 && words(listed(0), batch), shuffle, mode, temperature];
  const seen = examples.map(({ label, hash }) => [label, hash]);
  const all = [granularity, settings, repeats > 1, provider.settings ?? {}, ...(seen.length ? [seen] : [])];
  const hash = sha256(JSON.stringify(all)).slice(0, 16);
  return {
    hash,
    batch,
    repeats,
    maxOutputTokens,
    examples,
    classes,
    ...(groups && { groups }),
    text: words(listed(0), batch),
    question(images, repetition) {
      const order = listed(repetition);
      const asked = { granularity, text: words(order, images.length), classes: order, ...(groups && { groups }) };
      return { ...asked, ...(examples.length && { examples }), images, mode, temperature, maxOutputTokens, repetition };
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

/** Name as shown -> what is said of it, by the guide before the data set. */
function descriptionsOf({ descriptions }: Pick<Hierarchy, 'descriptions'>, guide: Guide): ReadonlyMap<string, string> {
  const all = [...(descriptions ?? []), ...(guide.descriptions ?? [])];
  return new Map(all.map(([name, words]) => [oneLine(name), oneLine(words)]));
}

function wording(
  classes: readonly string[],
  images: number,
  groups: readonly string[] | undefined,
  descriptions: ReadonlyMap<string, string>,
): string {
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
  const described = (name: string): string => (descriptions.has(name) ? `${name}: ${descriptions.get(name)}` : name);
  const list = (names: readonly string[]): string => names.map((name) => `- ${described(name)}`).join('\n');
  const names = [...classes, ...(groups ?? [])].some((name) => descriptions.has(name))
    ? ' What stands behind a colon describes a class; leave it out of the answer.'
    : '';
  return `${task}${names}\n\n${groups ? `Groups:\n${list(groups)}\n\n` : ''}Classes:\n${list(classes)}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
