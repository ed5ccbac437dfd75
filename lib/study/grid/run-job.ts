import { loadAnnotated } from '../../annotators/answers';
import { features } from '../../features/store';
import { experiment } from '../../rounds/experiment';
import type { RoundRecord } from '../../rounds/record';
import type { RunSetup } from '../study';
import type { Job } from './protocol';

/** The rounds of a job's run; `warn` is told what a user should know. */
export async function* runJob(
  { dataset, ...setup }: Job,
  warn: (message: string) => void,
): AsyncGenerator<RoundRecord, void, void> {
  yield* experiment({ ...(await load(dataset, setup.extractor)), ...setup, warn });
}

const loaded = new Map<string, ReturnType<typeof read>>();

/** Data and features are read once a process; those of an extractor of the caller's own each time. */
function load(dataset: string, extractor: RunSetup['extractor'] = 'fisher'): ReturnType<typeof read> {
  if (typeof extractor !== 'string') return read(dataset, extractor);
  const key = JSON.stringify([dataset, extractor]);
  const known = loaded.get(key) ?? read(dataset, extractor);
  loaded.set(key, known);
  return known;
}

async function read(dataset: string, extractor: NonNullable<RunSetup['extractor']>) {
  const data = await loadAnnotated(dataset);
  return { data, features: await features(data, { extractor }) };
}
