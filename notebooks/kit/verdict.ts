import { compareWithControls, compareWithRivals, type Comparison } from '../../lib/study/statistics';
import type { RoundRecord } from '../../lib/rounds/record';

export interface Verdict {
  readonly question: string;
  readonly answer: string;
}

/**
 * What a study says of `method`, in three sentences with their 95 % intervals and p after Holm's correction: against the
 * rival closest to it, as usually run; against the hardest control, which costs nothing; and what its weak labels
 * themselves gained. A sentence whose interval holds 0 is called unresolved.
 * @throws InputError for records of several weak costs.
 */
export function verdicts(records: readonly RoundRecord[], method: string): Verdict[] {
  const closest = compareWithRivals(records, method)
    .filter(({ against }) => !against.startsWith('matched-'))
    .at(-1);
  const controls = compareWithControls(records, method);
  const hardest = controls
    .filter(({ against }) => !against.startsWith(method) && !against.startsWith('matched-'))
    .at(-1);
  const own = controls.find(({ against }) => against.startsWith(method));
  return [
    ...(closest ? [{ question: 'against its closest rival, as usually run', answer: sentence(closest) }] : []),
    ...(hardest ? [{ question: 'against the hardest free control', answer: sentence(hardest) }] : []),
    ...(own ? [{ question: 'what its weak labels themselves gained', answer: sentence(own) }] : []),
  ];
}

/** "+1.4 points over margin (95 % interval +0.6 to +2.2, Holm's p 0.02, 9 of 10 seeds)" */
function sentence({ against, mean, interval, holm, wins, seeds, clear }: Comparison): string {
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
  const p = holm < 0.001 ? 'below 0.001' : holm.toFixed(3);
  const numbers = `95 % interval ${signed(interval.low)} to ${signed(interval.high)}, Holm's p ${p}, ${wins} of ${seeds} seeds`;
  const points = `${signed(mean)} points of area ${mean < 0 ? 'behind' : 'over'} ${against}`;
  return clear ? `${points} (${numbers})` : `unresolved: ${points} (${numbers})`;
}
