import { loadAnnotated } from '../../inputs/annotators/answers';
import { tellPassedOver } from '../../inputs/datasets/image-folder/list';
import { validateDataset, type Dataset } from '../data/dataset';
import { namesFingerprint } from '../data/fingerprint';
import type { Matrix } from '../engine/matrix';
import { check, toStderr } from '../errors';
import type { CheckpointOptions } from '../model/checkpoints';
import { createRandom } from '../random';
import type { Counts } from '../strategies/strategy';
import { prepareMaterial } from './material';
import { Session } from './session';
import { noLog, openSessionLog, type SessionEvent } from './session-log';
import { differences, plain } from './settings';
import { checkAnnotator, completeSetup, type CompleteSetup, type LoopSetup } from './setup';

/** A loop of labelling and learning on some images. */
export interface SessionSetup extends LoopSetup {
  /** A data set, or its name; NAME@FILE.jsonl: with a journal's answers. */
  readonly dataset: string | Dataset;
  readonly features?: { readonly pool: Matrix; readonly test: Matrix };
  /** Default 0. */
  readonly seed?: number;
  /** A folder that keeps all that was asked, told and answered; a session of the same setup goes on there. */
  readonly out?: string;
  /** Pool images that the session was begun with, where others were put behind them since. */
  readonly begunWith?: number;
  readonly matched?: readonly Counts[];
  readonly checkpoints?: CheckpointOptions;
  /** Told what a user should know: an annotator at chance, for instance. Default: stderr. */
  readonly warn?: (message: string) => void;
}

/**
 * The loop of active learning, open: {@link Session.ask} what to buy, {@link Session.tell} what a human answered; the
 * session asks the annotator, for what was bought only, and learns.
 * @example
 * const session = await openSession({ dataset: 'typefaces', strategy: 'margin', budget: 20 });
 * const { open } = await session.ask();
 * await session.tell(open.map(({ image }) => ({ image, label: labelOf(image) })));
 * const { fine } = await session.predict([0, 1, 2]);
 * @throws InputError for a setup that cannot be, or a folder that holds a session of another one.
 */
export async function openSession(setup: SessionSetup): Promise<Session> {
  const { dataset } = setup;
  const data = typeof dataset === 'string' ? await loadAnnotated(dataset) : dataset;
  validateDataset(data, { open: true });
  tellPassedOver(data, setup.warn);
  const complete = completeSetup(setup);
  checkAnnotator(complete, data);
  return createSession(data, complete, setup);
}

/** The same from what is loaded and checked already. */
export async function createSession(
  data: Dataset,
  complete: CompleteSetup,
  given: Omit<SessionSetup, keyof LoopSetup | 'dataset'>,
): Promise<Session> {
  const { out, features, seed = 0, begunWith, matched, checkpoints, warn = toStderr } = given;
  const random = createRandom(seed);
  const material = await prepareMaterial(data, complete, features, random);
  const context = { setup: complete, material, seed, random, matched, checkpoints, warn };
  const opened = plain({ dataset: data.name, images: namesFingerprint(data, begunWith), seed, ...describe(complete) });
  const log = out === undefined ? noLog : openSessionLog(out);
  try {
    if (log.past.length) checkSame(log.past[0], opened, out!);
    const session = new Session(context, log);
    if (!log.past.length) log.add({ event: 'opened', setup: opened });
    return session;
  } catch (error) {
    log.close();
    throw error;
  }
}

function checkSame(first: SessionEvent | undefined, setup: unknown, out: string): void {
  const differing = differences(first?.event === 'opened' ? first.setup : undefined, setup);
  check(
    !differing.length,
    () =>
      `${out} holds a session of another setup:\n  ${differing.join('\n  ')}\nGive another folder for this one, or ` +
      'the old values to go on there; nothing was changed',
  );
}

const describe = ({
  described,
  budget,
  prices,
  question,
  improvement,
  validation,
  stopAtChance,
}: CompleteSetup): object => ({ ...described, budget, prices, question, improvement, validation, stopAtChance });
