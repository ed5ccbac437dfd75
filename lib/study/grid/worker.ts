import type { Job, WorkerMessage } from './protocol';
import { jobRunner } from './run-job';

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

const runJob = jobRunner((message) => send({ kind: 'warning', message }));

async function run(job: Job): Promise<void> {
  for await (const record of runJob(job)) send({ kind: 'record', record });
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}
