import { Choices, define, type Definition, type Entry } from '../../lib/choices/choices';
import { choice, count, share, text, type Options } from '../../lib/choices/options';
import { annotateCommand, quoted } from '../../lib/command-line';
import { referenceOf, type Dataset, type RecordedAnswers } from '../../lib/data/dataset';
import { groupsOf } from '../../lib/data/hierarchy';
import type { Matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { createRandom } from '../../lib/random';
import { drawnAnswers, readAnswerCounts } from './answer-counts';
import { askingAnnotator } from './asking';
import { simulatedAnswers, type SimulationOptions } from './simulate';

/** What an annotator is asked for: the group, the fine class, or both in one request. */
export type Question = 'coarse' | 'fine' | 'both';

/** Some pool images and a question about them. */
export interface AnnotatorTask {
  readonly data: Dataset;
  /** Pool images, by their number in the data set. */
  readonly images: Int32Array;
  readonly question: Question;
  readonly signal?: AbortSignal;
}

/** One answer for each image asked about: a class, -1 for one outside the list, or -2 for none. */
export interface GivenAnswers {
  readonly coarse: Int32Array;
  readonly fine?: Int32Array;
  /** For each image, the name said in place of a fine class of the list, "" where there is none. */
  readonly outside?: readonly string[];
  /** [images, C] or [images, K]: its probabilities of the classes asked for. */
  readonly probabilities?: Matrix;
  /** Fine classes, likeliest first. */
  readonly ranked?: readonly Int32Array[];
}

/** Who gives weak labels. A session asks for what was bought, and for the images that a human labelled. */
export interface Annotator {
  readonly name: string;
  answer(task: AnnotatorTask): Promise<GivenAnswers>;
  /** Before anything is bought: @throws InputError for a question about the data set that it will not answer. */
  checkQuestion?(data: Dataset, question: Question): void;
  /** All its answers at once, where they are there without asking: for studies that compare with the truth. */
  all?(data: Dataset): RecordedAnswers | undefined;
  /** What it would be asked, before anything is sent or paid. */
  preview?(data: Dataset, question: Question): Promise<AnnotatorPreview>;
}

export interface AnnotatorPreview {
  readonly prompt: string;
  /** Of one answer, in US dollars, estimated. */
  readonly dollars: number;
}

/**
 * An annotator of yours: a function from images to answers.
 * @example
 * export default defineAnnotator({
 *   name: 'always-the-first',
 *   create: () => ({ answer: async ({ images }) => ({ coarse: new Int32Array(images.length) }) }),
 * });
 */
export const defineAnnotator = <O extends Options = Record<never, never>>(
  definition: Definition<Annotator, O>,
): Entry<Annotator, O> => define<Annotator, O>('annotator', definition);

/**
 * Answers that are there beforehand: the data set's own, or drawn for it.
 * @param lacking what to say and to do where they name groups only, and classes are asked for.
 */
export function fromAnswers(
  of: (data: Dataset) => RecordedAnswers | undefined,
  lacking: (data: Dataset) => string,
): Omit<Annotator, 'name'> {
  const known = new WeakMap<Dataset, RecordedAnswers>();
  const all = (data: Dataset): RecordedAnswers | undefined => {
    const answers = known.get(data) ?? of(data);
    if (answers) known.set(data, answers);
    return answers;
  };
  const answersTo = (question: Question, data: Dataset): RecordedAnswers => {
    const answers = all(data);
    check(
      answers,
      () =>
        `An annotator's answers are to be bought, but data set "${data.name}" has none recorded; ` +
        `buy some: ${annotateCommand(data, 'coarse')}; then --dataset ${quoted(`${referenceOf(data)}@answers.jsonl`)}`,
    );
    check(question === 'coarse' || answers.fine, () => lacking(data));
    return answers;
  };
  return {
    all,
    checkQuestion: (data, question) => void answersTo(question, data),
    async answer({ data, images, question }) {
      return givenOf(answersTo(question, data), { data, images, question });
    },
  };
}

/** What recorded answers say to a question about some images. */
export function givenOf(
  { coarse, fine, fineOutside }: RecordedAnswers,
  { data, images, question }: AnnotatorTask,
): GivenAnswers {
  if (question === 'coarse' || !fine) return { coarse: images.map((i) => coarse[i]!) };
  const named = images.map((i) => fine[i]!);
  return {
    coarse: question === 'both' ? images.map((i) => coarse[i]!) : groupsOf(data.hierarchy, named),
    fine: named,
    ...(fineOutside && { outside: Array.from(images, (i) => fineOutside[i]!) }),
  };
}

const recorded = define<Annotator, Record<never, never>>('annotator', {
  name: 'recorded',
  description: "the data set's recorded answers, or those of a journal (NAME@FILE.jsonl)",
  source: 'whoever gave them; captions say who',
  create: () =>
    fromAnswers(
      ({ answers }) => answers,
      (data) =>
        `"${data.name}" has no recorded fine answers; set question: "coarse" (--question coarse), or buy some: ` +
        annotateCommand(data, 'fine'),
    ),
});

const simulationOptions = {
  accuracy: share(0.9, 'right with this probability, else any other group: 1 / groups is chance'),
  confusion: text(
    '',
    'instead of an accuracy: answers drawn as a real annotator gave them, by a name or FILE.json of counts',
  ),
  names: choice<'groups' | 'classes'>(['groups', 'classes'], 'groups', 'what it names; classes: 1 / classes is chance'),
  seed: count(0, 0, 'of the draws'),
} satisfies Options;

const fromSimulation = (of: (data: Dataset) => RecordedAnswers): Omit<Annotator, 'name'> =>
  fromAnswers(
    of,
    () =>
      'The simulated annotator names groups only, but is asked for classes; give it names=classes, as in ' +
      'simulated(names=classes), or set question: "coarse" (--question coarse)',
  );

const simulated = define<Annotator, typeof simulationOptions>('annotator', {
  name: 'simulated',
  description: 'a simulated annotator: answers drawn from the true groups',
  source: 'for studies; no annotator gave them',
  options: simulationOptions,
  create: ({ confusion, accuracy, names, seed }, given) => {
    check(
      given.accuracy === undefined || !confusion,
      `Unexpected accuracy: ${accuracy} beside confusion=${confusion}, which tells how often it is right; give one of them`,
    );
    if (!confusion) return fromSimulation((data) => simulatedAnswers(data, { accuracy, names, seed }));
    const counts = readAnswerCounts(confusion);
    return fromSimulation((data) => drawnAnswers(data, counts, createRandom(seed).stream('counted annotator')));
  },
});

/** A simulated annotator that answers by these options, which may hold a whole transition matrix. */
export const simulatedAnnotator = (options: SimulationOptions): Annotator => ({
  name: 'simulated',
  ...fromSimulation((data) => simulatedAnswers(data, options)),
});

/** The annotators to choose from: by name or spec (`simulated(accuracy=0.5)`), from a file, or yours. */
export const annotatorChoices = new Choices<Annotator>(
  'annotator',
  [
    recorded,
    simulated,
    askingAnnotator('gemini', 'Google Gemini, asked when an answer is bought; the key: GEMINI_API_KEY'),
    askingAnnotator('openai-compatible', 'a server that speaks the OpenAI protocol; the key: OPENAI_API_KEY'),
    askingAnnotator('clip', 'CLIP or SigLIP on this machine, zero-shot, free'),
    askingAnnotator('local', 'a small vision-language model on this machine, free'),
  ],
  (value) => 'answer' in value,
);
