import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Tensors } from '../engine/tensors';

interface State {
  readonly first: Tensor;
  readonly second: Tensor;
  readonly steps: number;
}

/**
 * Adam for named variables (Kingma and Ba, ICLR 2015, algorithm 1; beta 0.9, 0.999, epsilon 1e-8). A variable without a
 * gradient is left alone, and each counts its own steps for the bias correction.
 */
export class VariableAdam {
  private readonly states = new Map<string, State>();

  constructor(
    private readonly tf: Tensors,
    private readonly variables: ReadonlyMap<string, Variable>,
  ) {}

  step(gradients: ReadonlyMap<string, Tensor>, learningRate: number): void {
    const { tf } = this;
    for (const [name, gradient] of gradients) {
      const variable = this.variables.get(name)!;
      const before = this.states.get(name);
      const t = (before?.steps ?? 0) + 1;
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
      this.states.set(name, { first, second, steps: t });
    }
  }

  /** Copies of all moments, and the steps. */
  snapshot(): Map<string, Float32Array> {
    const out = new Map<string, Float32Array>();
    for (const [name, { first, second, steps }] of this.states) {
      out.set(`${name}/first`, first.dataSync<'float32'>().slice());
      out.set(`${name}/second`, second.dataSync<'float32'>().slice());
      out.set(`${name}/steps`, Float32Array.of(steps));
    }
    return out;
  }

  /** Goes back to a snapshot. */
  restore(snapshot: ReadonlyMap<string, Float32Array>): void {
    this.reset();
    for (const [name, { shape }] of this.variables) {
      const steps = snapshot.get(`${name}/steps`)?.[0];
      if (steps === undefined) continue;
      const [first, second] = ['first', 'second'].map((moment) =>
        this.tf.tensor(snapshot.get(`${name}/${moment}`)!, shape),
      );
      this.states.set(name, { first: first!, second: second!, steps });
    }
  }

  /** Forgets all moments and steps. */
  reset(): void {
    for (const { first, second } of this.states.values()) this.tf.dispose([first, second]);
    this.states.clear();
  }
}
