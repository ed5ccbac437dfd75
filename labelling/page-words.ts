import path from 'node:path';
import { worth } from './numbers';
import type { Fact, PageItem } from './page-state';
import type { BatchItem, ProjectState, Statement } from './project';
import type { ProjectSetup } from './project-file';

/** "Lora Bold: more/0001.png". */
export function saidInWords(says: Statement, image: string): string {
  return `${'fine' in says ? says.fine : 'skip' in says ? 'Skipped' : 'Not in the list'}: ${image}`;
}

/** The few numbers that are always in view. */
export function factsOf({ labelled, images, money, cost, assessment }: ProjectState): Fact[] {
  const { spent, budget, left } = money;
  const own = cost.money === undefined ? undefined : `${number(cost.money)} in your money`;
  const accuracy = assessment?.accuracy;
  return [
    { name: 'Labelled', value: `${labelled}`, detail: `of ${images}` },
    left === undefined
      ? { name: 'Spent', value: number(spent), ...(own && { detail: own }) }
      : { name: 'Budget left', value: number(left), detail: own ? `of ${budget}; spent ${own}` : `of ${budget}` },
    {
      name: 'Accuracy so far',
      value: accuracy ? percent(accuracy.share) : 'not yet',
      ...(accuracy && { detail: `${percent(accuracy.low).replace(' %', '')} to ${percent(accuracy.high)}` }),
    },
  ];
}

/** What the annotator says of an image, by its name. */
export function hintOf({ hint }: BatchItem, annotator: string | null): PageItem['hint'] {
  if (!hint || annotator === null) return undefined;
  const by = annotator.endsWith('.jsonl') ? `the annotator (${path.basename(annotator)})` : annotator;
  const { fine, coarse } = hint;
  const group = coarse === null ? '' : `, group ${coarse}`;
  const words = fine ? `${fine}${group}` : coarse === null ? 'Nothing of the list' : `Group ${coarse}`;
  return { by, words };
}

/** Classes that the model takes for clearly likelier than a guess among all. */
export const likeliestOf = ({ likeliest }: BatchItem, classes: number): BatchItem['likeliest'] =>
  likeliest.filter(({ probability }) => probability > 1.5 / classes);

/** Why an image is asked about, in sentences. */
export function reasonsOf(item: BatchItem, { money }: ProjectState, { settings, classes }: ProjectSetup): string[] {
  const { value, price } = item;
  if (price === 0) return ['Its label was taken back; asking again costs nothing.'];
  const [first, second] = likeliestOf(item, classes.length);
  const wavers = second && second.probability > 0.05 ? `, ${percent(second.probability)} of ${second.fine}` : '';
  const left = money.left === undefined ? '' : `, of ${number(money.left)} left`;
  return [
    !item.likeliest.length
      ? `Chosen by ${settings.strategy}, before there is a model.`
      : first
        ? `The model is ${percent(first.probability)} sure of ${first.fine}${wavers}.`
        : 'The model cannot tell yet.',
    ...(value === undefined ? [] : [`Worth ${worth(value)} to ${settings.strategy}, in its own measure.`]),
    `Its label costs ${number(price)}${left}.`,
  ];
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

const number = (value: number): string => `${Math.round(100 * value) / 100}`;
