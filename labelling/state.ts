import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Assessment } from './assess';
import type { AskedImage, BatchEvent, LabelEvent, RoundEvent, Statement } from './events';
import type { Said } from './said';
import type { ProjectSetup } from './project-file';
import { timeOf, type Cost } from './cost';
import { moneyOf } from './money';
import { adviceOf, type Advice } from './stop';

/** An image that is asked about, and what was said of it. */
export interface BatchItem extends AskedImage {
  /** What people say of it, by name. */
  readonly said: Readonly<Record<string, Statement>>;
  /** Whether an answer is wanted. */
  readonly isOpen: boolean;
  /** Its file is gone. */
  readonly isMissing: boolean;
}

/** How a project stands. */
export interface ProjectState {
  readonly name: string;
  readonly folder: string;
  readonly images: number;
  /** Images with a class that holds; those known beforehand (`labels.csv`) not counted. */
  readonly labelled: number;
  readonly known: number;
  readonly skipped: number;
  readonly notInList: number;
  /** Images that people disagree about evenly. */
  readonly conflicts: readonly string[];
  /** Batches that were chosen so far; 0 before the first update. */
  readonly round: number;
  readonly batch: readonly BatchItem[];
  /** Why there is no batch any more. */
  readonly ended?: string;
  /** In the prices' unit: a human's fine label is 1 unless prices say otherwise. Without a budget, `left` is absent. */
  readonly money: { readonly spent: number; readonly budget?: number; readonly left?: number };
  readonly cost: Cost;
  /** Labels bought from the annotator. */
  readonly weak: number;
  /** By what was learned last. */
  readonly assessment?: Assessment;
  /** Whether to go on. */
  readonly advice?: Advice;
  /** What the accuracy was each time, oldest first. */
  readonly history: readonly Assessment[];
}

/** From what is on disk alone: neither features nor models are needed. */
export function stateOf(
  setup: ProjectSetup,
  said: Said,
  events: readonly LabelEvent[],
  rounds: readonly RoundEvent[],
): ProjectState {
  const { folder, name, images, known, settings } = setup;
  const counts = { labelled: 0, skipped: 0, notInList: 0 };
  const conflicts: string[] = [];
  for (const image of said.images()) {
    const { holds, isConflict } = said.verdict(image);
    if (isConflict) conflicts.push(image);
    if (holds) counts['fine' in holds ? 'labelled' : 'skip' in holds ? 'skipped' : 'notInList']++;
  }
  const batches = rounds.filter((event): event is BatchEvent => event.event === 'batch');
  const last = batches.at(-1);
  const asked = last?.images ?? [];
  const item = (wanted: AskedImage): BatchItem => {
    const { statements, holds, isConflict } = said.verdict(wanted.image);
    const isMissing = !existsSync(path.join(folder, wanted.image));
    const isOpen = !holds && !isConflict && !isMissing;
    return {
      ...wanted,
      said: Object.fromEntries([...statements].map(([by, { says }]) => [by, says])),
      isOpen,
      isMissing,
    };
  };
  const paid = asked.filter(({ image }) =>
    [...said.verdict(image).statements.values()].some(({ says }) => 'fine' in says),
  );
  const spent = (last?.spent ?? 0) + paid.length * settings.prices.full;
  const { budget, pricePerLabel } = moneyOf(events);
  const history = rounds.flatMap((event) => (event.event === 'judged' ? [event.assessment] : []));
  const assessment = history.at(-1);
  const advice = adviceOf(assessment);
  return {
    name,
    folder,
    images: images.length,
    known: Object.keys(known).length,
    ...counts,
    conflicts,
    round: batches.length,
    batch: [...again(events, said, asked), ...asked].map(item),
    history,
    ...(last?.ended !== undefined && { ended: last.ended }),
    money: { spent, ...(typeof budget === 'number' && { budget, left: budget - spent }) },
    cost: timeOf(events, spent, settings.prices.full, pricePerLabel),
    weak: last?.weak ?? 0,
    ...(assessment && { assessment }),
    ...(advice && { advice }),
  };
}

/** Images of earlier batches whose label was taken back: asked about first, at no cost. */
function again(events: readonly LabelEvent[], said: Said, asked: readonly AskedImage[]): AskedImage[] {
  const current = new Set(asked.map(({ image }) => image));
  const undone = new Set(events.flatMap((event) => (event.event === 'undo' ? [event.image] : [])));
  return [...undone]
    .filter((image) => !current.has(image) && !said.verdict(image).statements.size)
    .map((image) => ({ image, level: 'full', price: 0, likeliest: [] }));
}
