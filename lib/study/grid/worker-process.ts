import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { InputError } from '../../errors';
import { repositoryRoot } from '../../root';
import type { RoundRecord } from '../../rounds/record';
import type { Job, Worker, WorkerMessage } from './protocol';

/** A process that runs one job after the other. It ends with this one, however this one ends. */
export class WorkerProcess implements Worker {
  private readonly process: ChildProcess;
  private errors = '';

  constructor(private readonly warn: (message: string) => void) {
    this.process = fork(path.join(repositoryRoot, 'lib/study/grid/worker.js'), {
      cwd: repositoryRoot,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced', // typed arrays pass unchanged
    });
    this.process.stderr?.on('data', (text: Buffer) => (this.errors = (this.errors + text.toString()).slice(-4000)));
  }

  /** Rejects with the worker's error, with whatever `onRecord` throws, or if the worker dies. */
  run(job: Job, onRecord: (record: RoundRecord) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        this.process.off('message', listen).off('exit', died);
        finish();
      };
      const listen = (message: WorkerMessage): void => {
        try {
          if (message.kind === 'record') onRecord(message.record);
          else if (message.kind === 'warning') this.warn(message.message);
          else if (message.kind === 'done') settle(resolve);
          else settle(() => reject(revive(message)));
        } catch (error) {
          settle(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      const died = (code: number | null, signal: string | null): void =>
        settle(() =>
          reject(
            new Error(
              `A worker died (${signal ?? `exit code ${code}`}) on ${nameOf(job)}, seed ${job.seed}:\n${this.errors}`,
            ),
          ),
        );
      this.process.on('message', listen).on('exit', died).send(job);
    });
  }

  stop(): void {
    this.process.removeAllListeners('message');
    this.process.kill('SIGKILL'); // it holds nothing that is not safe already
  }
}

const nameOf = ({ strategy }: Job): string => (typeof strategy === 'string' ? strategy : strategy.name);

function revive({ name, message, stack }: Extract<WorkerMessage, { kind: 'failed' }>): Error {
  const error = name === 'InputError' ? new InputError(message) : new Error(message);
  if (stack) error.stack = stack;
  return error;
}
