import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process holds something, as a lock file says it. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When that process started, as its system counts it: a process id alone may come back. Empty where unknown. */
  readonly started: string;
}

export const thisProcess = (): Holder => ({ pid: process.pid, host: hostname(), started: startOf(process.pid) });

export const isHere = ({ host }: Pick<Holder, 'host'>): boolean => host === hostname();

/** Whether that very process still runs; one on another host is taken to, since nobody can tell from here. */
export function isRunning(holder: Holder): boolean {
  return !isHere(holder) || (exists(holder.pid) && startOf(holder.pid) === holder.started);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** In ticks since boot (Linux: proc(5), field 22 of stat); '' elsewhere, or if there is no such process. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
