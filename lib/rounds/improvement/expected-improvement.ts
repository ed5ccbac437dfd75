import { check } from '../../errors';
import type { LabelledRows } from '../../model/training-set';
import type { Random } from '../../random';
import type { Improvement, Level } from '../../strategies/strategy';
import type { ImprovementOptions } from './options';

/** The labels of each level. */
export type Labels = Readonly<Record<Level, LabelledRows>>;

/**
 * Expected improvement of one more label of each level (ISOAL, arXiv 2503.06517, section 3): the network is trained on
 * 1/F, 2/F, ... of one level's labels, rounded down, with the other kept whole; the increments of fine validation accuracy are
 * averaged with weights 1 .. F-1 and divided by the labels in one part. A level with fewer labels than parts cannot be
 * judged; then both count 1. `evaluate` trains on the given labels and returns what is to improve; where a trial holds
 * some labels back to judge by, `labelsOf` leaves them out.
 */
export async function expectedImprovement(
  labelsOf: (trial: number) => Labels,
  evaluate: (labels: Labels, random: Random, trial: number) => Promise<number>,
  { trials, fractions }: Pick<ImprovementOptions, 'trials' | 'fractions'>,
  random: Random,
): Promise<Improvement> {
  check(trials >= 1, `Unexpected trials: ${trials}; expected 1 or more`);
  check(fractions >= 2, `Unexpected fractions: ${fractions}; expected 2 or more`);
  const { full, weak } = labelsOf(0);
  if (Math.min(full.rows.length, weak.rows.length) < fractions) return { full: 1, weak: 1 };
  const curves: Record<Level, number[]> = { full: zeros(fractions), weak: zeros(fractions) };
  for (let trial = 0; trial < trials; trial++) {
    const draw = random.stream('trial', trial);
    const labels = labelsOf(trial);
    const whole = await evaluate(labels, draw.stream('train'), trial);
    for (const level of ['full', 'weak'] as const) {
      const order = draw.stream(level).permutation(labels[level].rows.length);
      for (let part = 1; part < fractions; part++) {
        const kept = order.subarray(0, Math.floor((part * order.length) / fractions));
        const value = await evaluate({ ...labels, [level]: take(labels[level], kept) }, draw.stream('train'), trial);
        curves[level][part - 1]! += value / trials;
      }
      curves[level][fractions - 1]! += whole / trials;
    }
  }
  return signRule({
    full: weightedGain(curves.full) / (full.rows.length / fractions),
    weak: weightedGain(curves.weak) / (weak.rows.length / fractions),
  });
}

/** The increments of a curve, averaged with weights 1, 2, 3, ...: later ones tell more of the next label. */
export function weightedGain(curve: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < curve.length; i++) sum += i * (curve[i]! - curve[i - 1]!);
  return sum / ((curve.length * (curve.length - 1)) / 2);
}

/** Both useless: (1, 1). One useless: it counts 0, the other 1. Else M_f / M_w and 1. */
export function signRule({ full, weak }: Improvement): Improvement {
  if (full <= 0 && weak <= 0) return { full: 1, weak: 1 };
  if (full <= 0) return { full: 0, weak: 1 };
  if (weak <= 0) return { full: 1, weak: 0 };
  return { full: full / weak, weak: 1 };
}

const zeros = (n: number): number[] => new Array<number>(n).fill(0);

const take = ({ rows, labels }: LabelledRows, positions: Int32Array): LabelledRows => ({
  rows: positions.map((i) => rows[i]!),
  labels: positions.map((i) => labels[i]!),
});
