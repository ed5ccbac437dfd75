import type { Engine } from '../../engine';
import { matrix, rowsBetween, type Matrix } from '../../engine/matrix';
import { softmaxRowsFast } from '../../engine/softmax';
import type { AnswerLikelihood } from '../../noise/answer-likelihood';
import type { Answers } from './answers';
import { times, type Discriminant } from './discriminant';
import { BLOCK } from './statistics';
import type { Weights } from './weights';

/** Classes and noise model: what judges an image. */
export interface Judge {
  readonly discriminant: Discriminant;
  readonly likelihood: AnswerLikelihood | undefined;
}

/** Pool images, by number and features. */
interface Images {
  readonly rows: Int32Array;
  readonly x: Matrix;
  readonly answers: Answers;
  readonly engine: Engine;
}

/** Goes through images: what a judge says of each, its scores weighted, as probabilities [rows, K]. */
export async function eachBlock(
  { rows, x: features, answers, engine }: Images,
  { discriminant, likelihood }: Judge,
  weights: Weights,
  use: (rows: Int32Array, x: Matrix, shares: Matrix) => void | Promise<void>,
): Promise<void> {
  const room = matrix(Math.min(BLOCK, rows.length), discriminant.weights.columns);
  const judge = times(weights.features, discriminant);
  const { alone } = weights;
  for (let from = 0; from < rows.length; from += BLOCK) {
    const block = rows.subarray(from, from + BLOCK);
    const x = rowsBetween(features, from, from + block.length);
    const shares = await scoresOf(x, judge, engine, rowsBetween(room, 0, block.length));
    const { data, columns } = shares;
    for (let at = 0; at < block.length && alone !== 1; at++)
      if (!answers.has(block[at]!)) for (let to = at * columns, k = 0; k < columns; k++) data[to++]! *= alone;
    answers.addLogs(shares, block, likelihood, weights.answers);
    await use(block, x, softmaxRowsFast(shares));
  }
}

/** A discriminant's scores of rows x, [rows, K]. */
export const scoresOf = (x: Matrix, { weights, bias }: Discriminant, engine: Engine, out?: Matrix): Promise<Matrix> =>
  engine.product(x, weights, { bias, ...(out && { out }) });
