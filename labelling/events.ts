import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppendOnly, asLines, readAppendOnly } from '../lib/append-only';
import { InputError } from '../lib/errors';
import type { Level } from '../lib/strategies/strategy';
import type { Assessment } from './assess';

/** What somebody says of an image: its class, that nobody can tell, or that its class is missing from the list. */
export type Statement = { readonly fine: string } | { readonly skip: true } | { readonly notInList: true };

interface OfImage {
  /** Path below the folder. */
  readonly image: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** `edit`: in place of what the same person said before. `adjudicate`: it decides whatever others say. */
export interface SaidEvent extends OfImage {
  readonly event: 'label' | 'edit';
  readonly says: Statement;
  /** Of the file's content, so that a later change is noticed. */
  readonly hash?: string;
  readonly adjudicate?: true;
}

/** Takes back this person's last statement that stands. */
export interface UndoEvent extends OfImage {
  readonly event: 'undo';
}

/** Changes what may be spent in all, or what a label costs in the user's money. */
export interface MoneyEvent {
  readonly event: 'money';
  readonly at: string;
  /** In the prices' unit; null: no limit. */
  readonly budget?: number | null;
  readonly pricePerLabel?: number;
}

export type LabelEvent = SaidEvent | UndoEvent | MoneyEvent;

/** One image that is asked about. */
export interface AskedImage {
  readonly image: string;
  readonly level: Level;
  /** What the strategy held the label to be worth, in its own measure. */
  readonly value?: number;
  /** 1 - the largest probability, once there is a model. */
  readonly uncertainty?: number;
  /** Of a human's label, in the prices' unit. */
  readonly price: number;
  /** Likeliest classes by the model and their probabilities, best first; none before there is a model. */
  readonly likeliest: readonly { readonly fine: string; readonly probability: number }[];
  /** The annotator's answer: a class or only its group; null: it named none of the list. */
  readonly hint?: { readonly fine?: string | null; readonly coarse: string | null };
}

/** A batch was chosen. */
export interface BatchEvent {
  readonly event: 'batch';
  readonly at: string;
  /** From 0; rounds that were over before. */
  readonly round: number;
  /** Empty where nothing is left to ask. */
  readonly images: readonly AskedImage[];
  /** Why there is none. */
  readonly ended?: string;
  /** In the prices' unit, up to here. */
  readonly spent: number;
  /** Of the annotator's labels bought so far. */
  readonly weak: number;
}

/** How good the model is that chose the last batch. */
export interface JudgedEvent {
  readonly event: 'judged';
  readonly at: string;
  readonly assessment: Assessment;
  /** The class that the model predicts for each image of a fixed sample, to see how predictions settle. */
  readonly predictions: readonly number[];
}

export type RoundEvent = BatchEvent | JudgedEvent;

/** Images that came into the folder after the project was begun, and stand behind the others. */
export interface JoinedEvent {
  readonly event: 'joined';
  readonly at: string;
  readonly images: readonly string[];
}

type Event = LabelEvent | RoundEvent | JoinedEvent;

/** A file of events, one a line. */
export interface EventFile<E> {
  readonly events: readonly E[];
  /** Returns when the events are safe. */
  add(...events: readonly E[]): void;
  close(): void;
}

const parsing = <E extends { readonly event: string }>(file: string, kinds: readonly string[], into: E[]) =>
  asLines((lines) =>
    lines.forEach((line, i) => {
      try {
        const event = JSON.parse(line) as E;
        if (kinds.includes(event.event)) return void into.push(event);
      } catch {
        // told below
      }
      throw new InputError(`${file}, line ${i + 1} is no event of a project: ${line.slice(0, 60)}; restore the file`);
    }),
  );

/** What is kept in a project's folder: what people said, what was asked of them, and what images came later. */
const files = {
  labels: { name: 'labels.jsonl', kinds: ['label', 'edit', 'undo', 'money'] },
  batches: { name: 'batches.jsonl', kinds: ['batch', 'judged'] },
  images: { name: 'images.jsonl', kinds: ['joined'] },
};

/** Its name in a project's folder. */
export const eventFile = (which: keyof typeof files): string => files[which].name;

/** The file of `which` events in a folder, open for more. @throws InputError naming a line that is none. */
export function openEvents<E extends Event>(folder: string, which: keyof typeof files): EventFile<E> {
  const { name, kinds } = files[which];
  const file = path.join(folder, name);
  const events: E[] = [];
  const log = AppendOnly.open(file, parsing(file, kinds, events), (warning) => console.warn(warning));
  return {
    events,
    add(...more) {
      log.appendSync(more.map((event) => `${JSON.stringify(event)}\n`).join(''));
      events.push(...more);
    },
    close: () => log.closeSync(),
  };
}

/** The same without touching the file, which another process may be writing; none where there is no file. */
export function readEvents<E extends Event>(folder: string, which: keyof typeof files): E[] {
  const { name, kinds } = files[which];
  const file = path.join(folder, name);
  const events: E[] = [];
  if (existsSync(file)) readAppendOnly(file, parsing(file, kinds, events), () => undefined);
  return events;
}
