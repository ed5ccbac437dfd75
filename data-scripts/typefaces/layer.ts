import type { Engine } from '../../lib/engine/engine';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import type { Random } from '../../lib/random';

/** A fully connected layer, y = x W + b, trained by AdamW (Loshchilov and Hutter, 2019). */
export class Layer {
  /** [inputs, outputs] */
  readonly weights: Matrix;
  private readonly bias: Float32Array;
  private readonly moments: Record<'weights' | 'bias', [first: Float32Array, second: Float32Array]>;
  private time = 0;

  constructor(
    inputs: number,
    outputs: number,
    private readonly weightDecay: number,
    private readonly engine: Engine,
    random: Random,
  ) {
    const size = inputs * outputs;
    const bound = 1 / Math.sqrt(inputs);
    this.weights = matrix(
      inputs,
      outputs,
      Float32Array.from({ length: size }, () => bound * (2 * random.uniform() - 1)),
    );
    this.bias = new Float32Array(outputs);
    this.moments = {
      weights: [new Float32Array(size), new Float32Array(size)],
      bias: [new Float32Array(outputs), new Float32Array(outputs)],
    };
  }

  /** x W + b, [n, outputs]. */
  forward(x: Matrix): Promise<Matrix> {
    return this.engine.product(x, this.weights, { bias: this.bias });
  }

  /** The loss's gradient with respect to x, from the one with respect to the outputs. */
  backward(gradient: Matrix): Promise<Matrix> {
    return this.engine.product(gradient, this.weights, { transposeB: true });
  }

  /** One step down the loss, from x and the gradient with respect to the outputs. */
  async step(x: Matrix, gradient: Matrix, rate: number): Promise<void> {
    this.time++;
    const byWeights = await this.engine.product(x, gradient, { transposeA: true });
    const byBias = new Float32Array(this.bias.length);
    for (let i = 0; i < gradient.data.length; i++) byBias[i % byBias.length]! += gradient.data[i]!;
    this.update(this.weights.data, byWeights.data, this.moments.weights, rate);
    this.update(this.bias, byBias, this.moments.bias, rate);
  }

  private update(
    values: Float32Array,
    gradient: Float32Array,
    [first, second]: [Float32Array, Float32Array],
    rate: number,
  ): void {
    const keep = 1 - rate * this.weightDecay;
    const root = Math.sqrt(1 - 0.999 ** this.time);
    const step = (rate * root) / (1 - 0.9 ** this.time);
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]!;
      const m = (first[i] = 0.9 * first[i]! + 0.1 * g);
      const v = (second[i] = 0.999 * second[i]! + 0.001 * g * g);
      values[i] = keep * values[i]! - (step * m) / (Math.sqrt(v) + 1e-8 * root);
    }
  }
}
