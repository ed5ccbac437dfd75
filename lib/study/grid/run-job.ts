import { loadAnnotated } from '../../../inputs/annotators/answers';
import { features } from '../../../inputs/features/store';
import { experiment } from '../../rounds/experiment';
import type { RoundRecord } from '../../rounds/record';
import type { RunSetup } from '../study';
import type { Job } from './protocol';

/** Gives the rounds of a job's run. */
export type RunJob = (job: Job) => AsyncGenerator<RoundRecord, void, void>;

/**
 * Runs jobs one after another. Data and features are read once for all of them; those of an extractor of the caller's own
 * each time.
 * @param warn told what a user should know.
 */
export function jobRunner(warn: (message: string) => void): RunJob {
  const loaded = new Map<string, Awaited<ReturnType<typeof read>>>();
  const load = async (dataset: string, extractor: RunSetup['extractor'] = 'fisher') => {
    if (typeof extractor !== 'string') return read(dataset, extractor);
    const key = JSON.stringify([dataset, extractor]);
    const known = loaded.get(key) ?? (await read(dataset, extractor));
    loaded.set(key, known);
    return known;
  };
  return async function* ({ dataset, ...setup }) {
    yield* experiment({ ...(await load(dataset, setup.extractor)), ...setup, warn });
  };
}

async function read(dataset: string, extractor: NonNullable<RunSetup['extractor']>) {
  const data = await loadAnnotated(dataset);
  return { data, features: await features(data, { extractor }) };
}
