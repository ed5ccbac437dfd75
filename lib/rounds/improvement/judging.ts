import { takeRows } from '../../engine/matrix';
import type { LearningTask } from '../../model/learner';
import type { LabelledRows, Validation } from '../../model/training-set';
import type { Random } from '../../random';
import type { Labels } from './expected-improvement';

/** What a trial may learn from, and the images that it is judged by. */
export interface Judging {
  readonly labels: Labels;
  readonly shown: Validation;
}

const FOLDS = 5;

/**
 * The judging of each trial: all labels, and the validation images; or, where none are set aside, the labels without a
 * fifth of the full ones, and that fifth: a fold of a cross-validation, another one for each of five trials.
 */
export function judgings({ full, weak, validation, features, inputs }: LearningTask, random: Random) {
  if (validation) return (): Judging => ({ labels: { full, weak }, shown: validation });
  const order = random.stream('folds').permutation(full.rows.length);
  return (trial: number): Judging => {
    const isOut = (at: number): boolean => at % FOLDS === trial % FOLDS;
    const left = order.filter((_, at) => isOut(at));
    const rows = left.map((i) => full.rows[i]!);
    return {
      labels: { full: at(full, order.filter((_, place) => !isOut(place)).sort()), weak },
      shown: {
        features: takeRows(features, rows),
        ...(inputs && { inputs: takeRows(inputs, rows) }),
        fine: left.map((i) => full.labels[i]!),
      },
    };
  };
}

const at = ({ rows, labels }: LabelledRows, positions: Int32Array): LabelledRows => ({
  rows: positions.map((i) => rows[i]!),
  labels: positions.map((i) => labels[i]!),
});
