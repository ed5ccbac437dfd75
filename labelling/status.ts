import { statSync } from 'node:fs';
import path from 'node:path';
import { passedOverWords } from '../inputs/datasets/image-folder/list';
import { imageHash } from '../inputs/annotators/image-hash';
import { qualityInWords } from '../lib/noise/quality';
import { agreementOf, type Agreement } from './agreement';
import { readEvents, type LabelEvent, type RoundEvent } from './events';
import { datasetOf, readProject, type ProjectSetup } from './project-file';
import { differenceOf, few, type Difference } from './joined';
import { Said } from './said';
import { stateOf, type ProjectState } from './state';

/** How a project stands, and whether its people and its files agree. */
export interface ProjectStatus extends ProjectState, Difference {
  readonly agreement: Agreement;
  /** Labelled images whose files hold something else now than when they were labelled. */
  readonly changed: readonly string[];
}

/** From the project's files, while another process may be at work; neither features nor models are read. */
export async function statusOf(out: string): Promise<ProjectStatus> {
  const setup = readProject(out);
  const events = readEvents<LabelEvent>(out, 'labels');
  const said = new Said(events);
  const state = stateOf(setup, said, events, readEvents<RoundEvent>(out, 'batches'));
  return { ...state, agreement: agreementOf(said), ...differenceOf(setup), changed: await changedIn(setup, said) };
}

async function changedIn(setup: ProjectSetup, said: Said): Promise<string[]> {
  const changed: string[] = [];
  const { pool } = datasetOf(setup);
  const index = new Map(setup.images.map((image, i) => [image, i]));
  for (const image of said.images()) {
    const { hash, at } = said.verdict(image).decided ?? {};
    const file = statSync(path.join(setup.folder, image), { throwIfNoEntry: false });
    if (file && hash && file.mtimeMs > Date.parse(at!) && (await imageHash(pool, index.get(image)!)) !== hash)
      changed.push(image);
  }
  return changed;
}

/** The status in lines for people. */
export function statusInWords(status: ProjectStatus): string {
  const { images, labelled, known, skipped, notInList, conflicts, batch, ended, round, assessment, weak } = status;
  const open = batch.filter(({ isOpen }) => isOpen).length;
  const counts = [
    `${labelled} of ${images} labelled`,
    ...(known ? [`${known} known before`] : []),
    ...(skipped ? [`${skipped} skipped`] : []),
    ...(notInList ? [`${notInList} not in the list`] : []),
    ...(weak ? [`${weak} groups by the annotator`] : []),
  ];
  const lines: [string, string | undefined][] = [
    ['folder', status.folder],
    ['images', counts.join(', ')],
    ['batch', ended ?? batchInWords(round, open, batch.length)],
    ['spent', spentInWords(status)],
    ['accuracy', assessment && accuracyInWords(status)],
    ['advice', status.advice && adviceInWords(status)],
    ['annotator', assessment?.quality && qualityInWords(assessment.quality)],
    ['people', agreementInWords(status.agreement)],
    ['conflicts', listed(conflicts, 'adjudicate: --import FILE --by NAME --adjudicate')],
    ['new', listed(status.fresh, 'in the folder since; they join when labelling goes on')],
    ['unused', passedOverWords(status.unused) || undefined],
    ['missing', listed(status.missing, 'not asked about any more; labels are kept')],
    ['changed', listed(status.changed, 'changed since they were labelled: look at them again')],
  ];
  return lines.flatMap(([key, value]) => (value === undefined ? [] : [`${key.padEnd(10)} ${value}`])).join('\n');
}

function batchInWords(round: number, open: number, of: number): string {
  if (!round) return 'none yet: --next chooses the first';
  return `${round}: ${open} of ${of} open${open ? '' : '; --next, or the page, learns from it'}`;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** "12 of 100, 6.00 of your money, 3.2 min (9 s a label)". */
export function spentInWords({ money: { spent, budget }, cost }: ProjectState): string {
  const { money, minutes, secondsPerLabel } = cost;
  const words = [
    `${decimal(spent)}${budget === undefined ? '' : ` of ${decimal(budget)}`}`,
    ...(money === undefined ? [] : [`${money.toFixed(2)} in money`]),
    ...(secondsPerLabel === undefined ? [] : [`${minutes.toFixed(1)} min (${secondsPerLabel.toFixed(1)} s a label)`]),
  ];
  return words.join(', ');
}

export function accuracyInWords({ assessment }: ProjectState): string {
  const { accuracy, labels, alone, expected } = assessment!;
  const { share, low, high } = accuracy;
  return (
    `${percent(share)} (${percent(low)} to ${percent(high)}), cross-validated on ${labels} labels, of which ${alone} are alone in their class ` +
    `and so count as wrong; ${percent(expected)} by the model's own probabilities on the rest`
  );
}

/** The advice, and what the next batch would cost. */
export function adviceInWords({ advice, assessment, money, cost }: ProjectState): string {
  const { labels } = assessment?.gain ?? {};
  if (labels === undefined) return advice!.words;
  const perUnit = cost.money === undefined || !money.spent ? undefined : cost.money / money.spent;
  const { secondsPerLabel: seconds } = cost;
  const words = [
    ...(perUnit === undefined ? [] : [`${(labels * perUnit).toFixed(2)} in money`]),
    ...(seconds === undefined ? [] : [`${((labels * seconds) / 60).toFixed(1)} min`]),
  ];
  return advice!.words + (words.length ? `, for ${words.join(' and ')}` : '');
}

function agreementInWords({ pairs, all }: Agreement): string | undefined {
  const words = pairs.map(
    ({ people, images, kappa }) => `${people.join(' and ')} kappa ${kappa.toFixed(2)} on ${images}`,
  );
  if (all) words.push(`all ${all.people.length} kappa ${all.kappa.toFixed(2)} on ${all.images} (Fleiss)`);
  return words.length ? words.join('; ') : undefined;
}

const listed = (images: readonly string[], hint: string): string | undefined =>
  images.length ? `${few(images)}: ${hint}` : undefined;

/** Up to six decimals, without what floating point adds. */
const decimal = (value: number): string => String(Number(value.toFixed(6)));
