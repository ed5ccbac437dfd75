import { groupsOf, type Hierarchy } from '../datasets/hierarchy';
import type { Matrix } from '../engine/matrix';
import { matrix, row } from '../engine/matrix';
import type { NoiseOptions } from './options';
import { averageByGroup, estimateClassTransition, type TrustedClasses } from './per-class';
import { estimateTransition, identityTransition } from './transition-matrix';

/** What a network is told of the annotator's errors. */
export interface NoiseEstimate {
  /** T per group [C, M]; M = C + 1 with a column for answers outside the list. */ readonly transition: Matrix;
  /** T per fine class [K, M], of which `transition` then is the average by group. */ readonly classTransition?: Matrix;
}

export interface NoiseEvidence {
  /** The annotator's answers to the images that a human labelled. */ readonly trusted: TrustedClasses;
  /** To all images, with their true classes: only the oracle looks. */ readonly everything: () => TrustedClasses;
  /** Whether any answer that was paid for is outside the list. */ readonly outside: boolean;
}

/** T by the model chosen, from the answers it may see; undefined for `none`. */
export function estimateNoise(
  { model, strength, classStrength }: Pick<NoiseOptions, 'model' | 'strength' | 'classStrength'>,
  hierarchy: Hierarchy,
  { trusted, everything, outside }: NoiseEvidence,
): NoiseEstimate | undefined {
  const coarse = hierarchy.coarse.length;
  const byGroup = ({ classes, answers }: TrustedClasses) => ({ groups: groupsOf(hierarchy, classes), answers });
  switch (model) {
    case 'none':
      return undefined;
    case 'identity':
      return { transition: outside ? withOutside(identityTransition(coarse), trusted) : identityTransition(coarse) };
    case 'oracle':
      return { transition: estimateTransition(byGroup(everything()), coarse, { strength: 0 }) };
    case 'estimated':
      return { transition: estimateTransition(byGroup(trusted), coarse, { strength, outside }) };
    case 'per-class': {
      const classTransition = estimateClassTransition(trusted, hierarchy, { strength, classStrength, outside });
      return { transition: averageByGroup(classTransition, hierarchy), classTransition };
    }
  }
}

/** With the share of answers outside the list as a column that is the same for every group, so that they say nothing. */
function withOutside(T: Matrix, { answers }: TrustedClasses): Matrix {
  const share = (answers.filter((answer) => answer < 0).length + 1) / (answers.length + 2);
  const wider = matrix(T.rows, T.columns + 1);
  for (let i = 0; i < T.rows; i++) {
    row(wider, i).set(row(T, i).map((p) => p * (1 - share)));
    wider.data[(i + 1) * wider.columns - 1] = share;
  }
  return wider;
}
