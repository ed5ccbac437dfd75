import { loadDataset } from '../datasets/registry';
import { features } from '../features/store';
import { experiment } from './experiment';
import type { Job, WorkerMessage } from './grid';

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

async function run({ dataset, ...setup }: Job): Promise<void> {
  const data = await loadDataset(dataset);
  for await (const record of experiment({ data, features: await load(data), ...setup }))
    send({ kind: 'record', record });
}

const loaded = new Map<string, ReturnType<typeof features>>();

/** Features are read once a process. */
function load(data: Awaited<ReturnType<typeof loadDataset>>): ReturnType<typeof features> {
  const known = loaded.get(data.name) ?? features(data);
  loaded.set(data.name, known);
  return known;
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}
