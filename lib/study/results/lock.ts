import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InputError } from '../../errors';
import { isHere, isRunning, thisProcess, type Holder } from '../../process-holder';
import { cannotWrite, codeOf } from './disk';

/** Who works on a directory. */
interface DirectoryHolder extends Holder {
  readonly token: string;
}

const SETTLE_MS = 100;

/**
 * One process at a time works on a directory: a file `lock` in it says who. A lock whose process has ended, on this
 * host, is taken over; of two who do so at once the later one wins, and the earlier sees that before it writes.
 */
export class DirectoryLock {
  private constructor(
    private readonly file: string,
    private readonly text: string,
  ) {}

  /** @throws InputError saying who holds the directory, or why it cannot be written to. */
  static async acquire(folder: string): Promise<DirectoryLock> {
    const file = path.join(folder, 'lock');
    const token = randomUUID();
    const mine: DirectoryHolder = { ...thisProcess(), token };
    const lock = new DirectoryLock(file, `${JSON.stringify(mine)}\n`);
    const own = `${file}.${token}`;
    try {
      writeFileSync(own, lock.text);
      try {
        linkSync(own, file); // fails if there is a lock; appears with its text
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        refuseIfHeld(folder, read(file));
        renameSync(own, file);
        await pause(SETTLE_MS);
      }
    } catch (error) {
      throw error instanceof InputError ? error : cannotWrite(file, error);
    } finally {
      rmSync(own, { force: true });
    }
    lock.confirm();
    return lock;
  }

  /** @throws InputError if another process has taken the directory over. */
  confirm(): void {
    const text = read(this.file);
    if (text === this.text) return;
    throw new InputError(`Another process took ${path.dirname(this.file)} over (${text?.trim() ?? 'no lock left'})`);
  }

  release(): void {
    if (read(this.file) === this.text) rmSync(this.file, { force: true });
  }
}

function refuseIfHeld(folder: string, text: string | undefined): void {
  if (text === undefined) return; // released a moment ago
  let holder: Holder;
  try {
    holder = JSON.parse(text) as Holder;
  } catch {
    return; // no lock of ours is ever half-written: damage, not a process
  }
  if (!isRunning(holder)) return;
  const here = isHere(holder);
  throw new InputError(
    `${folder} is in use by process ${holder.pid}${here ? '' : ` on ${holder.host}`}; wait until it ends, give another --out` +
      (here ? '' : `, or, if that process is gone, delete ${path.join(folder, 'lock')}`),
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
