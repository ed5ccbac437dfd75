import { matrix, type Matrix } from '../engine/matrix';

/** Fine probabilities [n, K] -> coarse ones [n, C]: the sum over each group's classes; `groupOf[k]` is class k's group. */
export function sumByGroup(fine: Matrix, groupOf: Int32Array, coarse: number): Matrix {
  const groups = matrix(fine.rows, coarse);
  for (let i = 0; i < fine.rows; i++)
    for (let k = 0; k < fine.columns; k++) groups.data[i * coarse + groupOf[k]!]! += fine.data[i * fine.columns + k]!;
  return groups;
}
