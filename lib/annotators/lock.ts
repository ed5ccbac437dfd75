import { closeSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { InputError } from '../errors';
import { isHere, isRunning, thisProcess, type Holder } from '../process-holder';
import { printable } from './printable';

/**
 * Takes `file` as a lock for this process, over from one that no longer runs. Returns what releases it.
 * @throws InputError naming the process that holds it.
 */
export function lock(file: string): () => void {
  for (let tries = 0; tries < 3; tries++) {
    if (create(file)) return () => unlinkSync(file);
    const text = read(file);
    if (text === undefined) continue; // released meanwhile
    const holder = parse(text);
    if (holder && isRunning(holder))
      throw new InputError(
        `${file}: process ${holder.pid} on ${printable(holder.host)} is writing this journal; wait for it to end` +
          (isHere(holder) ? '' : ', or delete this file if it has ended'),
      );
    takeAway(file, text);
  }
  throw new InputError(`${file}: another process took this journal at the same moment; try again`);
}

function create(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, JSON.stringify(thisProcess()));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new InputError(`Cannot write ${file}: ${(error as Error).message}; choose a folder that can be written to`);
  }
}

/** Removes a lock left behind; puts it back if another process has renewed it in between. */
function takeAway(file: string, expected: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another process was faster
  }
  try {
    if (read(aside) !== expected) linkSync(aside, file);
  } finally {
    unlinkSync(aside);
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Undefined for what a process that died while writing it left. */
function parse(text: string): Holder | undefined {
  try {
    const { pid, host, started = '' } = JSON.parse(text) as Partial<Holder>;
    return Number.isInteger(pid) && typeof host === 'string' ? { pid: pid!, host, started } : undefined;
  } catch {
    return undefined;
  }
}
