import { check } from '../../../lib/errors';
import type { StudyLine } from './studies';

/** What running a part of a recorded study again shows. */
export interface Held {
  /** Lines that were run again. */
  readonly compared: number;
  /** Of these, the same in every number. */
  readonly same: number;
  /** Mean over the lines run again of the new value minus the recorded one, in points; each line's largest gap beside it. */
  readonly shift: number;
  readonly largest: number;
}

/** Machines round differently, and a training makes that large: by so many points a single round may differ. */
export const lineTolerance = 6;
/** And by so many the mean of all rounds run again. */
export const meanTolerance = 1;

/**
 * Holds lines that were just run against the recorded ones of the same run, seed and round. On the machine that recorded
 * them every number must come out the same; elsewhere within {@link lineTolerance} and {@link meanTolerance}.
 * @throws InputError for lines that the record does not have.
 */
export function compareLines(recorded: readonly StudyLine[], again: readonly StudyLine[]): Held {
  const known = new Map(recorded.map((line) => [keyOf(line), line]));
  const gaps = again.map((line) => {
    const old = known.get(keyOf(line));
    check(old, `${describe(line)} is not in the record; make the study again: npm run records:make`);
    return { gap: valueOf(line) - valueOf(old), same: numbersOf(line) === numbersOf(old) };
  });
  check(gaps.length, 'Nothing was run again, so nothing can be compared');
  return {
    compared: gaps.length,
    same: gaps.filter(({ same }) => same).length,
    shift: gaps.reduce((sum, { gap }) => sum + gap, 0) / gaps.length,
    largest: Math.max(...gaps.map(({ gap }) => Math.abs(gap))),
  };
}

/** Whether the record holds: see {@link compareLines}. */
export const holds = ({ compared, same, shift, largest }: Held): boolean =>
  same === compared || (largest <= lineTolerance && Math.abs(shift) <= meanTolerance);

/**
 * "12 of the recorded results made again by this code: the same numbers", or by how much they differ; `results`: what they
 * are, where they are no record.
 */
export function heldInWords(held: Held, results = 'recorded results'): string {
  const { compared, same, shift, largest } = held;
  const what = `${compared} of the ${results} made again by this code`;
  if (same === compared) return `${what}: the same numbers`;
  const numbers = `${same} the same, mean shift ${shift.toFixed(2)} points, largest gap ${largest.toFixed(1)}`;
  return `${what}: ${numbers}; ${holds(held) ? 'the record holds' : 'THE RECORD DOES NOT HOLD'}`;
}

const keyOf = (line: StudyLine): string =>
  'series' in line
    ? JSON.stringify([line.series, line.x, line.seed])
    : JSON.stringify([line.dataset, line.strategy, line.weakCost, line.seed, line.round]);

const describe = (line: StudyLine): string =>
  'series' in line
    ? `${line.series} at ${line.x}, seed ${line.seed}`
    : `${line.strategy}, seed ${line.seed}, round ${line.round}`;

const valueOf = (line: StudyLine): number => ('series' in line ? line.value : 100 * line.fineAccuracy);

/** All that is measured. */
const numbersOf = (line: StudyLine): string =>
  JSON.stringify(
    'series' in line
      ? line.value
      : [line.spent, line.full, line.weak, line.fineAccuracy, line.coarseAccuracy, line.trustedOnlyFineAccuracy],
  );
