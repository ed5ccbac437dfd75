import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { Tensors } from '../../engine/tensors';

/** Adam for named variables (Kingma and Ba, ICLR 2015, algorithm 1; beta 0.9, 0.999, epsilon 1e-8). */
export class VariableAdam {
  private moments = new Map<string, { first: Tensor; second: Tensor }>();
  private steps = 0;

  constructor(
    private readonly tf: Tensors,
    private readonly variables: ReadonlyMap<string, Variable>,
  ) {}

  step(gradients: ReadonlyMap<string, Tensor>, learningRate: number): void {
    const { tf } = this;
    const t = ++this.steps;
    for (const [name, variable] of this.variables) {
      const gradient = gradients.get(name)!;
      const before = this.moments.get(name);
      const [first, second, value] = tf.tidy((): [Tensor, Tensor, Tensor] => {
        const mean = gradient.mul(0.1);
        const square = gradient.square().mul(0.001);
        const first = before ? before.first.mul(0.9).add(mean) : mean;
        const second = before ? before.second.mul(0.999).add(square) : square;
        const scale = second
          .mul(1 / (1 - 0.999 ** t))
          .sqrt()
          .add(1e-8);
        return [first, second, variable.sub(first.mul(learningRate / (1 - 0.9 ** t)).div(scale))];
      });
      variable.assign(value);
      tf.dispose([value, ...(before ? [before.first, before.second] : [])]);
      this.moments.set(name, { first, second });
    }
  }

  reset(): void {
    this.dispose();
    this.moments = new Map();
    this.steps = 0;
  }

  dispose(): void {
    for (const { first, second } of this.moments.values()) this.tf.dispose([first, second]);
  }
}
