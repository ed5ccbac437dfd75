import { constants, copyFileSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { InputError } from './errors';
import { cannotWrite, codeOf } from './files';

/** Which process holds a lock, as its file says it. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When that process started, as its system counts it: a process id alone may come back. Empty where unknown. */
  readonly started: string;
}

/**
 * One process at a time works on something: a file says who. A lock that a killed process of this host left is taken over
 * at once; nobody can tell from here whether one on another host still runs.
 */
export class Lock {
  private constructor(
    private readonly file: string,
    private readonly what: string,
    private readonly text: string,
  ) {}

  /**
   * @param file appears with this process in it; its folder is made if need be.
   * @param what is locked, as messages name it.
   * @param otherwise what a user can do instead of waiting, as in "give another --out".
   * @throws InputError naming the process that holds it, or why the file cannot be written.
   */
  static acquire(file: string, what: string, otherwise?: string): Lock {
    const token = randomUUID();
    const mine: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
    const lock = new Lock(file, what, `${JSON.stringify({ ...mine, token })}\n`);
    const own = `${file}.${token}.tmp`;
    try {
      mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
      writeFileSync(own, lock.text);
    } catch (error) {
      throw cannotWrite(file, error);
    }
    try {
      for (let tries = 0; tries < 3; tries++) {
        if (link(own, file)) return lock; // appears with its text, or not at all
        const text = read(file);
        if (text === undefined) continue; // released meanwhile
        refuseIfHeld(file, text, what, otherwise);
        takeAway(file, text);
      }
    } finally {
      rmSync(own, { force: true });
    }
    throw new InputError(`Another process took ${what} at the same moment; try again`);
  }

  /** @throws InputError if another process has taken the lock over, as after a user deleted its file. */
  confirm(): void {
    const text = read(this.file);
    if (text === this.text) return;
    throw new InputError(
      `Another process took ${this.what} over (${text === undefined ? 'no lock left' : plain(text)})`,
    );
  }

  /** Another process's lock stays. */
  release(): void {
    if (read(this.file) === this.text) rmSync(this.file, { force: true });
  }
}

function refuseIfHeld(file: string, text: string, what: string, otherwise?: string): void {
  const holder = parse(text);
  if (!holder || !isRunning(holder)) return;
  const elsewhere = holder.host !== hostname();
  const own = holder.pid === process.pid && !elsewhere;
  const ways = [
    'wait until it ends',
    ...(otherwise ? [otherwise] : []),
    ...(own ? ['or, after an interrupt in a notebook, restart the kernel: nothing is lost'] : []),
    ...(elsewhere ? [`or, if that process is gone, delete ${file}`] : []),
  ];
  const who = own
    ? 'an earlier call in this process'
    : `process ${holder.pid}${elsewhere ? ` on ${plain(holder.host)}` : ''}`;
  throw new InputError(`${what} is in use by ${who}; ${ways.join(', ')}`);
}

/** Removes a lock left behind; puts it back if another process has renewed it in between. */
function takeAway(file: string, expected: string): void {
  const aside = `${file}.${randomUUID()}.tmp`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return; // another process was faster
    throw error;
  }
  if (read(aside) !== expected) link(aside, file);
  rmSync(aside, { force: true });
}

/** Gives a file a second name, or a copy where the file system has no links; false if the name is taken. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(codeOf(error))) throw error;
  }
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined for damage: no lock of ours is ever half-written. */
function parse(text: string): Holder | undefined {
  try {
    const { pid, host, started = '' } = JSON.parse(text) as Partial<Holder>;
    return Number.isInteger(pid) && typeof host === 'string' ? { pid: pid!, host, started } : undefined;
  } catch {
    return undefined;
  }
}

const isRunning = ({ pid, host, started }: Holder): boolean =>
  host !== hostname() || (exists(pid) && startOf(pid) === started);

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * In ticks since boot (Linux: proc(5), field 22 of stat); '' elsewhere, or if there is no such process, or if it has ended
 * and its parent has not noticed (in a container without an init, nobody may).
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** What a file holds, safe to print. */
const plain = (text: string): string =>
  text
    .trim()
    .slice(0, 200)
    .replace(/[^ -~]/g, '?');
