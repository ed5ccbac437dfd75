import type { PlannedRun } from './plan';

/**
 * Deals runs out: the longest first, so that workers finish together, but those that another run waits for before all,
 * and none before the run whose purchases it repeats.
 */
export class Schedule {
  private readonly waiting: PlannedRun[];
  private readonly unfinished: Set<string>;
  private wake: (() => void)[] = [];

  constructor(
    runs: readonly PlannedRun[],
    private readonly duration: (run: PlannedRun) => number,
  ) {
    this.waiting = [...runs];
    this.unfinished = new Set(runs.map(({ key }) => key));
  }

  /** The next run; waits while all that are left wait for another; undefined when all are dealt out. */
  async next(): Promise<PlannedRun | undefined> {
    while (this.waiting.length) {
      const run = this.longestReady();
      if (run) return this.waiting.splice(this.waiting.indexOf(run), 1)[0];
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
    return undefined;
  }

  finished(run: PlannedRun): void {
    this.unfinished.delete(run.key);
    this.wake.splice(0).forEach((resolve) => resolve());
  }

  private longestReady(): PlannedRun | undefined {
    const needed = new Set(this.waiting.map(({ reference }) => reference?.key));
    const ready = this.waiting.filter(({ reference }) => !reference || !this.unfinished.has(reference.key));
    const length = (run: PlannedRun): number => this.duration(run) + (needed.has(run.key) ? 1e12 : 0);
    return ready.reduce<PlannedRun | undefined>(
      (best, run) => (!best || length(run) > length(best) ? run : best),
      undefined,
    );
  }
}
