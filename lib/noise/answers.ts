import { matrix, row, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import { sum } from '../numbers';

/** What the trusted set says of an annotator: `answers[i]` is what it called image i, whose true group is `groups[i]`. */
export interface TrustedAnswers {
  /** [n], 0 .. C-1 */ readonly groups: Int32Array;
  /** [n], 0 .. C-1; -1 = outside the list */ readonly answers: Int32Array;
}

/** How often the annotator answered j for an image of group i, [C, columns]; outside answers in the last column. */
export function countAnswers({ groups, answers }: TrustedAnswers, coarse: number, columns = coarse): Matrix {
  return countPairs(groups, answers, [coarse, coarse, columns], 'group');
}

/** How often the annotator answered j for an image of fine class k, [K, columns]; outside answers in column C. */
export function countAnswersByClass(
  classes: Int32Array,
  answers: Int32Array,
  [fine, coarse]: readonly [K: number, C: number],
  columns = coarse,
): Matrix {
  return countPairs(classes, answers, [fine, coarse, columns], 'class');
}

function countPairs(
  truths: Int32Array,
  answers: Int32Array,
  [rows, coarse, columns]: readonly [number, number, number],
  what: string,
): Matrix {
  check(truths.length === answers.length, `${truths.length} labels but ${answers.length} answers; expected one each`);
  const counts = matrix(rows, columns);
  truths.forEach((truth, n) => {
    const answer = answers[n]! < 0 ? coarse : answers[n]!;
    check(truth >= 0 && truth < rows, `Unexpected true ${what}: ${truth}; expected 0 to ${rows - 1}`);
    check(
      answer < columns,
      `Unexpected answer: ${answers[n]}; expected 0 to ${columns - 1}, or a column for outside ones`,
    );
    counts.data[truth * columns + answer]! += 1;
  });
  return counts;
}

/**
 * Cohen's kappa of the annotator with the truth on the trusted set: agreement beyond chance, 1 = always, 0 = chance,
 * below 0 = worse. Outside answers never agree. NaN-free: 0 where chance alone already explains everything.
 * @example
 * kappa({ groups: Int32Array.of(0, 0, 1, 1), answers: Int32Array.of(0, 1, 1, 1) }, 2); // 0.5
 */
export function kappa(trusted: TrustedAnswers, coarse: number): number {
  const n = trusted.groups.length;
  if (n === 0) return 0;
  const counts = countAnswers(trusted, coarse, coarse + 1);
  let agreed = 0;
  let chance = 0;
  for (let i = 0; i < coarse; i++) {
    agreed += counts.data[i * (coarse + 1) + i]!;
    let said = 0;
    for (let k = 0; k < coarse; k++) said += counts.data[k * (coarse + 1) + i]!;
    chance += (sum(row(counts, i)) * said) / (n * n);
  }
  return chance < 1 ? (agreed / n - chance) / (1 - chance) : 0;
}
