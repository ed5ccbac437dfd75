import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { sum } from '../../lib/numbers';
import { createRandom, type Random } from '../../lib/random';
import { validateDataset, type Dataset, type Split } from '../../lib/data/dataset';
import { OUTSIDE } from '../../lib/data/answer-code';
import { createHierarchy, groupsOf } from '../../lib/data/hierarchy';

export interface SyntheticOptions {
  /** Fine classes: 20. Class k belongs to group k mod `coarse`. */
  fine?: number;
  /** Coarse classes: 5. */
  coarse?: number;
  /** Rows: 1000 and 500, the classes as equal in number as can be. */
  pool?: number;
  test?: number;
  /** Features a row: 16. */
  features?: number;
  seed?: number;
  /**
   * T [coarse, coarse], row-stochastic: how the annotator answers; by default it is right nine times in ten. One more
   * column: answers outside the list.
   */
  transition?: Matrix;
  /** Standard deviation of the groups' centres (3) and of the classes' centres around them (1.5); within a class: 1. */
  groupSpread?: number;
  classSpread?: number;
}

/**
 * A data set of features without images: every fine class is a Gaussian around a centre, the centres of a group lie
 * near one another, and the annotator's coarse answers are drawn from a known transition matrix. For tests of
 * everything that comes after the features.
 * @throws InputError for fewer classes than groups, fewer rows than classes, or an invalid transition matrix.
 */
export function synthetic(options: SyntheticOptions = {}): Dataset {
  const { fine = 20, coarse = 5, pool = 1000, test = 500, features = 16, seed = 0 } = options;
  const { groupSpread = 3, classSpread = 1.5, transition = mostlyRight(coarse, 0.9) } = options;
  check(
    coarse >= 1 && fine >= coarse,
    `Unexpected fine: ${fine}; expected at least one class for each of ${coarse} groups`,
  );
  check(
    Math.min(pool, test) >= fine,
    `Unexpected pool: ${pool}, test: ${test}; expected a row for each of ${fine} classes`,
  );
  checkRowStochastic(transition, coarse);

  const pad = (i: number): string => String(i).padStart(3, '0');
  const hierarchy = createHierarchy(
    Array.from({ length: fine }, (_, k) => [`class ${pad(k)}`, `group ${pad(k % coarse)}`] as const),
  );
  const random = createRandom(seed).stream('synthetic');
  const groups = gaussian(coarse, features, groupSpread, random.stream('groups'));
  const centres = gaussian(fine, features, classSpread, random.stream('classes'));
  for (let k = 0; k < fine; k++) addTo(row(centres, k), row(groups, k % coarse));
  const split = (rows: number, stream: Random): Split => {
    const labels = stream
      .stream('labels')
      .permutation(rows)
      .map((i) => i % fine);
    const x = gaussian(rows, features, 1, stream.stream('features'));
    labels.forEach((label, i) => addTo(row(x, i), row(centres, label)));
    return { fine: labels, features: x };
  };
  const poolSplit = split(pool, random.stream('pool'));
  const answer = random.stream('answers');
  return validateDataset({
    name: 'synthetic',
    title: `${fine} Gaussian classes in ${coarse} groups (synthetic features)`,
    hierarchy,
    pool: poolSplit,
    test: split(test, random.stream('test')),
    answers: {
      annotator: 'simulated annotator (drawn from a known transition matrix)',
      coarse: groupsOf(hierarchy, poolSplit.fine).map((group) => drawAnswer(row(transition, group), coarse, answer)),
    },
  });
}

/** T of an annotator that is right with probability `accuracy` and otherwise names any other group. */
export function mostlyRight(coarse: number, accuracy: number): Matrix {
  const T = matrix(coarse, coarse).data.fill(coarse > 1 ? (1 - accuracy) / (coarse - 1) : 1);
  if (coarse > 1) for (let i = 0; i < coarse; i++) T[i * coarse + i] = accuracy;
  return matrix(coarse, coarse, T);
}

/** @throws InputError unless T is [coarse, coarse], or one column wider for answers outside the list, and row-stochastic. */
export function checkRowStochastic(T: Matrix, coarse: number): void {
  check(
    T.rows === coarse && (T.columns === coarse || T.columns === coarse + 1),
    `Unexpected transition matrix: ${T.rows} x ${T.columns}; expected ${coarse} x ${coarse}, a row a true group ` +
      '(and one more column for answers outside the list, if there are any)',
  );
  for (let i = 0; i < coarse; i++) {
    check(
      Math.abs(sum(row(T, i)) - 1) < 1e-5 && row(T, i).every((p) => p >= 0),
      `Unexpected transition matrix: row ${i} is [${row(T, i).join(', ')}]; expected probabilities that sum to 1`,
    );
  }
}

function gaussian(rows: number, columns: number, deviation: number, random: Random): Matrix {
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => deviation * random.normal()),
  );
}

function addTo(target: Float32Array, values: Float32Array): void {
  for (let j = 0; j < target.length; j++) target[j]! += values[j]!;
}

/** An answer drawn by a row of T; OUTSIDE for the column after the last class. */
export function drawAnswer(probabilities: Float32Array, coarse: number, random: Random): number {
  let left = random.uniform();
  let answer = 0;
  while (answer < probabilities.length - 1 && (left -= probabilities[answer]!) >= 0) answer++;
  return answer === coarse ? OUTSIDE : answer;
}
