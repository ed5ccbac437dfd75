import { loadAnnotated } from '../../annotators/answers';
import { features } from '../../features/store';
import { experiment } from '../../rounds/experiment';
import type { Job, WorkerMessage } from './protocol';

/** Runs the jobs that the parent process sends, one after the other, and sends every record back as it is made. */
process.on('message', (job: Job) => {
  run(job).then(
    () => send({ kind: 'done' }),
    (error: unknown) => {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      send({ kind: 'failed', name, message, stack });
    },
  );
});
process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}); // the parent decides who stops

async function run({ dataset, ...setup }: Job): Promise<void> {
  for await (const record of experiment({ ...(await load(dataset, setup.extractor)), ...setup }))
    send({ kind: 'record', record });
}

const loaded = new Map<string, ReturnType<typeof read>>();

/** Data and features are read once a process. */
function load(dataset: string, extractor = 'fisher'): ReturnType<typeof read> {
  const key = JSON.stringify([dataset, extractor]);
  const known = loaded.get(key) ?? read(dataset, extractor);
  loaded.set(key, known);
  return known;
}

async function read(dataset: string, extractor: string) {
  const data = await loadAnnotated(dataset);
  return { data, features: await features(data, { extractor }) };
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}
