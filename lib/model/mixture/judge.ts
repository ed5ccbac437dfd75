import type { Engine } from '../../engine';
import { matrix, row, rowsBetween, type Matrix } from '../../engine/matrix';
import { softmaxRowsFast } from '../../engine/softmax';
import type { AnswerLikelihood } from '../../noise/answer-likelihood';
import type { Answers } from './answers';
import { times, type Discriminant } from './discriminant';
import { BLOCK } from './statistics';

/** Classes and noise model: what judges an image. */
export interface Judge {
  readonly discriminant: Discriminant;
  readonly likelihood: AnswerLikelihood | undefined;
}

/**
 * Powers of the calibrated factors of an image's probabilities: of its features where it has no answer, and of features and
 * answers where it has both. The calibration weighs answers by how far the noise model can be trusted on images that it has not
 * seen, little while it is young; an image that teaches that very model should lean on its answer more.
 */
export interface Sharpening {
  readonly alone: number;
  readonly features: number;
  readonly answers: number;
}

/** What is known of an image, nothing raised. */
export const AS_KNOWN: Sharpening = { alone: 1, features: 1, answers: 1 };

/** Pool images, by number and features. */
interface Images {
  readonly rows: Int32Array;
  readonly x: Matrix;
  readonly answers: Answers;
  readonly engine: Engine;
}

/** Goes through images: what a judge says of each, its factors weighted and raised, as probabilities [rows, K]. */
export async function eachBlock(
  { rows, x: features, answers, engine }: Images,
  { discriminant, likelihood }: Judge,
  weights: Float64Array,
  powers: Sharpening,
  use: (rows: Int32Array, x: Matrix, shares: Matrix) => void | Promise<void>,
): Promise<void> {
  const room = matrix(Math.min(BLOCK, rows.length), discriminant.weights.columns);
  const ofAnswers = weights.subarray(1).map((weight) => powers.answers * weight);
  const judge = times(weights[0]!, discriminant);
  for (let from = 0; from < rows.length; from += BLOCK) {
    const block = rows.subarray(from, from + BLOCK);
    const x = rowsBetween(features, from, from + block.length);
    const shares = await scoresOf(x, judge, engine, rowsBetween(room, 0, block.length));
    block.forEach((i, at) => {
      const power = answers.has(i) ? powers.features : powers.alone;
      if (power !== 1) row(shares, at).forEach((score, k, scores) => (scores[k] = power * score));
    });
    answers.addLogs(shares, block, likelihood, ofAnswers);
    await use(block, x, softmaxRowsFast(shares));
  }
}

/** A discriminant's scores of rows x, [rows, K]. */
export const scoresOf = (x: Matrix, { weights, bias }: Discriminant, engine: Engine, out?: Matrix): Promise<Matrix> =>
  engine.product(x, weights, { bias, ...(out && { out }) });
