import { loadAnnotated } from '../../inputs/annotators/answers';
import { validateDataset, type Dataset } from '../data/dataset';
import { namesFingerprint } from '../data/fingerprint';
import type { Matrix } from '../engine/matrix';
import { toStderr } from '../errors';
import type { CheckpointOptions } from '../model/checkpoints';
import { createRandom } from '../random';
import type { Counts } from '../strategies/strategy';
import { prepareMaterial } from './material';
import { Session } from './session';
import { noLog, openSessionLog } from './session-log';
import { plain } from './settings';
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
  const { out, features, seed = 0, warn = toStderr } = given;
  const random = createRandom(seed);
  const material = await prepareMaterial(data, complete, features, random);
  const log = out === undefined ? noLog : openSessionLog(out);
  try {
    const session = new Session(complete, given, material, random, log, warn);
    const opened = { dataset: data.name, images: namesFingerprint(data), seed, ...describe(complete) };
    if (log.past.length) session.replay(log.past, plain(opened), out!);
    else log.add({ event: 'opened', setup: plain(opened) });
    return session;
  } catch (error) {
    log.close();
    throw error;
  }
}

const describe = ({ described, budget, prices, question, improvement, validation, stopAtChance }: CompleteSetup) => ({
  ...described,
  ...{ budget, prices, question, improvement, validation, stopAtChance },
});
