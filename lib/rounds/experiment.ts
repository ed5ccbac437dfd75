import { validateDataset } from '../data/dataset';
import type { RoundRecord, SessionRecord } from './record';
import type { Asked } from './open-query';
import { createSession } from './open-session';
import type { GivenLabel } from './session';
import { checkRun, completeSetup, type ExperimentSetup } from './setup';

/**
 * One active-learning run, a record a round: a session whose human is the data set's labels. The same setup gives the
 * same records, timings aside.
 * @throws InputError before the first round for a setup that cannot be.
 * @example
 * const data = await loadDataset('typefaces');
 * const setup = { data, strategy: 'margin', seed: 0, rounds: 5, budget: 100 };
 * for await (const { round, fineAccuracy } of experiment(setup)) console.log(round, fineAccuracy);
 */
export async function* experiment(setup: ExperimentSetup): AsyncGenerator<RoundRecord, void, void> {
  const complete = completeSetup(setup);
  validateDataset(setup.data);
  checkRun(complete, setup);
  const { pool, hierarchy } = setup.data;
  const answer = ({ image, level }: Asked['open'][number]): GivenLabel => ({
    image,
    label: level === 'full' ? pool.fine[image]! : hierarchy.groupOf[pool.fine[image]!]!,
  });
  const session = await createSession(setup.data, complete, setup);
  try {
    for (let round = 0; round < setup.rounds; round++) {
      let record: SessionRecord | undefined;
      while (!record) record = await session.tell((await session.ask()).open.map(answer));
      yield record as RoundRecord;
    }
  } finally {
    session.close();
  }
}
