import type { Job, WorkerMessage } from './protocol';
import { runJob } from './run-job';

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

async function run(job: Job): Promise<void> {
  const warn = (message: string): void => send({ kind: 'warning', message });
  for await (const record of runJob(job, warn)) send({ kind: 'record', record });
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}
