import type { Peer } from './peer';

/** One line of the bench's output. Times in milliseconds. */
export interface BenchLine {
  readonly name: string;
  readonly size: string;
  readonly medianMs: number;
  /** Between the quartiles. */
  readonly spreadMs: number;
  /** What it is compared with, or why it is not. */
  readonly peer: string;
  readonly peerMs?: number;
  /** Median of ours / median of the peer's. */
  readonly ratio?: number;
  readonly engine: string;
  /** Largest growth of the resident memory while ours ran. */
  readonly memoryMB: number;
  /** Largest resident memory of the process, data included. */
  readonly peakMB: number;
}

export interface Contest {
  readonly name: string;
  readonly size: string;
  readonly engine: string;
  readonly ours: () => unknown;
  /** A started peer, or why there is none. */
  readonly peer: Peer | string;
  readonly repeats: number;
  /** Runs of either side before the clock counts. */
  readonly warmUps?: number;
  /** The peer's own number of timed runs, where it is too slow to run as often. */
  readonly peerRepeats?: number;
}

/** Runs ours and the peer's in turns, so that whatever else the machine does strikes both. */
export async function compare(contest: Contest): Promise<BenchLine> {
  const { name, size, engine, peer, repeats, warmUps = 2, peerRepeats = repeats } = contest;
  const rival = typeof peer === 'string' ? undefined : peer;
  const [ours, theirs]: [number[], number[]] = [[], []];
  const before = process.memoryUsage().rss;
  for (let i = -warmUps; i < repeats; i++) {
    const start = performance.now();
    await contest.ours();
    const elapsed = performance.now() - start;
    if (i >= 0) ours.push(elapsed);
    if (!rival || i >= peerRepeats || (i < 0 && peerRepeats < repeats)) continue;
    const answer = await rival.run();
    if (i >= 0) theirs.push(answer);
  }
  rival?.stop();
  const medianMs = quantile(ours, 0.5);
  const peerMs = quantile(theirs, 0.5);
  const peak = 1024 * process.resourceUsage().maxRSS;
  return {
    name,
    size,
    medianMs: rounded(medianMs),
    spreadMs: rounded(quantile(ours, 0.75) - quantile(ours, 0.25)),
    peer: typeof peer === 'string' ? peer : peer.name,
    ...(rival && { peerMs: rounded(peerMs), ratio: rounded(medianMs / peerMs) }),
    engine,
    memoryMB: Math.round((peak - before) / 1e6),
    peakMB: Math.round(peak / 1e6),
  };
}

/** By linear interpolation between order statistics; NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return low + (at - Math.floor(at)) * (high - low);
}

/** To three digits or more. */
const rounded = (x: number): number => (Math.abs(x) >= 100 ? Math.round(x) : Number(x.toPrecision(3)));
