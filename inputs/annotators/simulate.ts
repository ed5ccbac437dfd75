import type { Dataset, RecordedAnswers } from '../../lib/data/dataset';
import { groupsOf } from '../../lib/data/hierarchy';
import { checkRowStochastic, drawAnswer, mostlyRight } from '../datasets/synthetic';
import { row, type Matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { createRandom, type Random } from '../../lib/random';

export interface SimulationOptions {
  /** T [C, C], row-stochastic: how the annotator answers; one more column: answers outside the list. Or `accuracy`. */
  readonly transition?: Matrix;
  /** Right with this probability, whatever the group, and otherwise any other group: 1 / C is chance. */
  readonly accuracy?: number;
  /** What it names: the group (default), or the fine class, whose group then is its coarse answer; by `accuracy` only. */
  readonly names?: 'groups' | 'classes';
  readonly seed?: number;
  /** Makes hard images wrong more often than easy ones; T stays as it is. Default: all images of a group are alike. */
  readonly difficulty?: Difficulty;
}

export interface Difficulty {
  /** How far images of a group differ: the log-odds of an error move by this per standard deviation of difficulty. */
  readonly spread: number;
  /** One number a pool image, larger = harder. Default: standard normal, by the seed. */
  readonly of?: ArrayLike<number>;
}

/**
 * Answers to every pool image from a simulated annotator: drawn from the true groups by a known T, for studies
 * of what the annotator's errors do. The same options give the same answers, image by image.
 * @throws InputError unless there is exactly one of `transition` and `accuracy`, and it is one.
 * @example
 * const data = await loadDataset('typefaces');
 * const answered = { ...data, answers: simulatedAnswers(data, { accuracy: 0.75 }) };
 */
export function simulatedAnswers(dataset: Dataset, options: SimulationOptions): RecordedAnswers {
  const { hierarchy, pool } = dataset;
  const coarse = hierarchy.coarse.length;
  if (options.names === 'classes') return namedClasses(dataset, options);
  const T = transitionOf(options, coarse);
  const random = createRandom(options.seed ?? 0).stream('simulated annotator');
  const groups = groupsOf(hierarchy, pool.fine);
  const { difficulty } = options;
  const draw = random.stream('answers');
  const errors = difficulty && errorRates(groups, T, difficulty, random.stream('difficulty'));
  return {
    annotator: `simulated annotator (${describe(options)})`,
    coarse: groups.map((group, i) => {
      const own = row(T, group);
      return drawAnswer(errors ? withError(own, group, errors[i]!) : own, coarse, draw);
    }),
  };
}

/** Answers that name classes: the true one with probability `accuracy`, else any other. */
function namedClasses({ hierarchy, pool }: Dataset, options: SimulationOptions): RecordedAnswers {
  const { transition, difficulty, seed = 0 } = options;
  check(!transition && !difficulty, 'A simulated annotator that names classes takes an accuracy, nothing else');
  const K = hierarchy.fine.length;
  const T = transitionOf(options, K);
  const draw = createRandom(seed).stream('simulated annotator').stream('classes');
  const fine = pool.fine.map((k) => drawAnswer(row(T, k), K, draw));
  return {
    annotator: `simulated annotator (names the class, ${describe(options)})`,
    coarse: groupsOf(hierarchy, fine),
    fine,
  };
}

function transitionOf({ transition, accuracy }: SimulationOptions, coarse: number): Matrix {
  check(
    (transition === undefined) !== (accuracy === undefined),
    'A simulated annotator needs either a transition matrix or an accuracy',
  );
  if (transition) {
    checkRowStochastic(transition, coarse);
    return transition;
  }
  check(accuracy! >= 0 && accuracy! <= 1, `Unexpected accuracy: ${accuracy}; expected 0 to 1`);
  return mostlyRight(coarse, accuracy!);
}

function describe({ accuracy, difficulty }: SimulationOptions): string {
  const errors =
    accuracy === undefined ? 'drawn from a known transition matrix' : `right ${percent(accuracy)} of the time`;
  return difficulty ? `${errors}, less often on hard images` : errors;
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

/** The row of T with its diagonal moved so that the error has this probability; the errors among themselves stay. */
function withError(own: Float32Array, group: number, error: number): Float32Array {
  const whole = 1 - own[group]!;
  return own.map((p, j) => (j === group ? 1 - error : whole > 0 ? (p * error) / whole : 0));
}

/** Each image's probability of an error: logistic in its difficulty, and on average over its group that of T. */
function errorRates(groups: Int32Array, T: Matrix, { spread, of }: Difficulty, random: Random): Float64Array {
  check(spread >= 0, `Unexpected spread of difficulty: ${spread}; expected 0 or more`);
  check(!of || of.length === groups.length, () => `${of?.length} difficulties for ${groups.length} pool images`);
  const standard = standardised(of ?? Float64Array.from(groups, () => random.normal()));
  const rates = new Float64Array(groups.length);
  for (let group = 0; group < T.rows; group++) {
    const members = [...groups.keys()].filter((i) => groups[i] === group);
    const wanted = 1 - row(T, group)[group]!;
    const rate = (i: number, shift: number): number => 1 / (1 + Math.exp(-shift - spread * standard[i]!));
    const mean = (shift: number): number => members.reduce((sum, i) => sum + rate(i, shift), 0) / members.length;
    const certain = wanted <= 0 || wanted >= 1;
    const shift = certain ? 0 : zeroOf((at) => mean(at) - wanted);
    for (const i of members) rates[i] = certain ? wanted : rate(i, shift);
  }
  return rates;
}

function standardised(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) || 1;
  return all.map((value) => (value - mean) / deviation);
}

/** Where a rising function crosses zero, by bisection; log-odds beyond 60 are certain to float32. */
function zeroOf(rising: (at: number) => number): number {
  let [low, high] = [-60, 60];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
