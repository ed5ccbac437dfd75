import path from 'node:path';
import { AppendOnly, asLines } from '../append-only';
import { InputError } from '../errors';
import { Lock } from '../lock';
import type { Improvement, Level } from '../strategies/strategy';
import type { SessionRecord } from './record';

/** What a strategy chose in a round. */
export interface AskedEvent {
  readonly event: 'asked';
  readonly round: number;
  /** Queries of the same round that went before; absent: none. */
  readonly step?: number;
  /** Whether another follows in this round. */
  readonly continues?: true;
  readonly purchases: readonly { readonly row: number; readonly level: Level; readonly value?: number }[];
  /** The round's money, where it was not the usual one. */
  readonly budget?: number;
  readonly improvement?: Improvement;
  /** In the round so far. */
  readonly selectMs: number;
}

/** What a human said of a pool image; null: it cannot be labelled. */
export interface ToldEvent {
  readonly event: 'told';
  readonly image: number;
  readonly label: string | null;
  readonly by?: string;
}

/** What the annotator said of some pool images. */
export interface AnsweredEvent {
  readonly event: 'answered';
  readonly images: readonly number[];
  readonly coarse: readonly number[];
  readonly fine?: readonly number[];
  /** What was said in place of a class of the list; "": nothing. */
  readonly outside?: readonly string[];
}

/** A round is over. */
export interface RoundEvent {
  readonly event: 'round';
  readonly record: SessionRecord;
}

/** What the session was opened with: it goes on with the same only. */
export interface OpenedEvent {
  readonly event: 'opened';
  readonly setup: unknown;
}

export type SessionEvent = OpenedEvent | AskedEvent | ToldEvent | AnsweredEvent | RoundEvent;

/** Where a session's events are kept, in the order in which they happened. */
export interface SessionLog {
  /** Those of earlier processes. */
  readonly past: readonly SessionEvent[];
  /** Returns when the events are safe: all of them or none. */
  add(...events: readonly SessionEvent[]): void;
  close(): void;
}

/** Nothing is kept. */
export const noLog: SessionLog = { past: [], add: () => {}, close: () => {} };

/**
 * `session.jsonl` in a folder: one event a line, appended and synced before it counts, so that a kill at any moment loses
 * none; a torn last line, whose event never counted, is dropped.
 * One process at a time.
 * @throws InputError for a line that is no event, or a folder that another process works in.
 */
export function openSessionLog(folder: string): SessionLog {
  const file = path.join(folder, 'session.jsonl');
  const lock = Lock.acquire(path.join(folder, 'session.lock'), folder, 'give another folder');
  let past: SessionEvent[] = [];
  const read = asLines((lines) => (past = lines.map((line, i) => parse(line, `${file}, line ${i + 1}`))));
  let log: AppendOnly;
  try {
    log = AppendOnly.open(file, read, (warning) => console.warn(warning));
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    past,
    add: (...events) => log.appendSync(events.map((event) => `${JSON.stringify(event)}\n`).join('')),
    close() {
      log.closeSync();
      lock.release();
    },
  };
}

function parse(line: string, where: string): SessionEvent {
  try {
    const event = JSON.parse(line) as SessionEvent;
    if (['opened', 'asked', 'told', 'answered', 'round'].includes(event.event)) return event;
  } catch {
    // told below
  }
  throw new InputError(`${where} is no event of a session: ${line.slice(0, 60)}; restore the file, or begin another`);
}
