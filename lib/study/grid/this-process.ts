import type { Job, Worker } from './protocol';
import { jobRunner, type RunJob } from './run-job';
import type { RoundRecord } from '../../rounds/record';

/** Makes runs in this process: what is given as an object is known here only. */
export class ThisProcess implements Worker {
  private stopped = false;

  private readonly runJob: RunJob;

  constructor(warn: (message: string) => void) {
    this.runJob = jobRunner(warn);
  }

  async run(job: Job, onRecord: (record: RoundRecord) => void): Promise<void> {
    for await (const record of this.runJob(job)) {
      if (this.stopped) return;
      onRecord(record);
    }
  }

  stop(): void {
    this.stopped = true;
  }
}

/** What keeps a job from being handed to another process: the names of what is given as an object or a function. */
export function ownObjects({ strategy, learner, noise, annotator, extractor, improvement }: Job): string[] {
  const choices = { strategy, learner, noise, annotator, extractor };
  const methods = ['query', 'fit', 'estimate', 'answer', 'extract', 'create'];
  const own = Object.entries(choices).filter(
    ([, choice]) => typeof choice === 'object' && methods.some((method) => method in choice),
  );
  const estimator = typeof improvement?.estimator === 'function' ? ['improvement.estimator'] : [];
  return [...own.map(([name]) => name), ...estimator];
}
