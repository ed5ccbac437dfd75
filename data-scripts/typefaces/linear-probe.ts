import type { Engine } from '../../lib/engine/engine';
import { argmaxRows, matrix, row, softmaxRows, type Matrix } from '../../lib/engine/matrix';

/**
 * Share of test rows that a linear classifier (multinomial logistic regression, trained by full-batch gradient descent
 * with momentum on all training rows) puts into their class. Shows what the features hold; used nowhere else.
 */
export async function linearProbe(
  training: { x: Matrix; labels: Int32Array },
  test: { x: Matrix; labels: Int32Array },
  classes: number,
  engine: Engine,
  steps = 400,
): Promise<number> {
  const x = withOnes(training.x);
  const weights = matrix(x.columns, classes);
  const velocity = new Float32Array(weights.data.length);
  const { rate, momentum, decay } = { rate: 0.5, momentum: 0.95, decay: 1e-4 };
  for (let step = 0; step < steps; step++) {
    const error = softmaxRows(await engine.product(x, weights));
    training.labels.forEach((label, i) => (error.data[i * classes + label]! -= 1));
    const gradient = await engine.product(x, error, { transposeA: true });
    for (let i = 0; i < velocity.length; i++) {
      velocity[i] = momentum * velocity[i]! - rate * (gradient.data[i]! / x.rows + decay * weights.data[i]!);
      weights.data[i]! += velocity[i]!;
    }
  }
  const answers = argmaxRows(await engine.product(withOnes(test.x), weights));
  return answers.filter((answer, i) => answer === test.labels[i]).length / answers.length;
}

function withOnes(x: Matrix): Matrix {
  const out = matrix(x.rows, x.columns + 1);
  for (let i = 0; i < x.rows; i++) {
    out.data.set(row(x, i), i * out.columns);
    out.data[(i + 1) * out.columns - 1] = 1;
  }
  return out;
}
