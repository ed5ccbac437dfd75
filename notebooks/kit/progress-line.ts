import { duration } from '../../lib/duration';

/** How far some work is. */
export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** Since the start. */
  readonly seconds: number;
  /** What is being done. */
  readonly note?: string;
  /** Time left, where it is known better than by the speed so far. */
  readonly secondsLeft?: number;
}

/** "rounds · 12 of 40 · 3 min left · margin": the time left from the speed so far, the time taken at the end. */
export function progressWords({ label, done, total, seconds, note, secondsLeft }: ProgressState): string {
  const share = total > 0 ? done / total : 1;
  const left = secondsLeft ?? (share > 0 ? (seconds / share) * (1 - share) : undefined);
  const time = share >= 1 ? duration(seconds) : left === undefined ? '' : `${duration(left)} left`;
  return [label, `${done} of ${total}`, time, note].filter(Boolean).join(' · ');
}

export interface ProgressLine {
  update(done: number, note?: string, secondsLeft?: number): void;
  /** The last line stays. */
  finish(note?: string): void;
}

/** Progress for commands, on stderr: one line that is rewritten on a terminal, elsewhere a new one every ten seconds. */
export function progressLine(total: number, label: string, stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  const start = performance.now();
  const pause = stream.isTTY ? 100 : 10_000;
  let drawn = stream.isTTY ? -Infinity : start;
  const write = (done: number, more: Pick<ProgressState, 'note' | 'secondsLeft'>, last: boolean): void => {
    drawn = performance.now();
    const words = progressWords({ label, done, total, seconds: (drawn - start) / 1000, ...more });
    if (!stream.isTTY) stream.write(`${words}\n`);
    else stream.write(`\r\x1b[K${words.slice(0, (stream.columns ?? 100) - 1)}${last ? '\n' : ''}`);
  };
  return {
    update(done, note, secondsLeft) {
      const more = { ...(note && { note }), ...(secondsLeft !== undefined && { secondsLeft }) };
      if (performance.now() - drawn > pause) write(done, more, false);
    },
    finish: (note) => write(total, note ? { note } : {}, true),
  };
}
