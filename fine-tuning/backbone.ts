import type { Tensor, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import { matrix, type Matrix } from '../lib/engine/matrix';
import type { Tensors } from '../lib/engine/tensors';
import { gridOf } from '../inputs/features/vit/config';
import { VitForward } from '../inputs/features/vit/forward';
import { patchRows, type PixelBatch } from '../inputs/features/vit/patches';
import { LAST_NORM, type Vit } from '../inputs/features/vit/weights';
import { VariableAdam } from '../lib/model/variable-adam';

/** A vision transformer some of whose layers are trained: images in, class tokens out. */
export class VitBackbone {
  private readonly weights: ReadonlyMap<string, Tensor>;
  private readonly trained: ReadonlyMap<string, Variable>;
  private readonly forward: VitForward;
  private readonly adam: VariableAdam;

  /** @param first The first layer that is trained; -1: everything, `layers`: nothing. */
  constructor(
    private readonly tf: Tensors,
    private readonly vit: Vit,
    private readonly first: number,
  ) {
    const trained = new Map<string, Variable>();
    const weights = new Map<string, Tensor>();
    for (const [name, { shape, data }] of vit.weights) {
      const fixed = tf.tensor(data, [...shape]);
      if (!this.isTrained(name)) weights.set(name, fixed);
      else {
        const variable = tf.variable(fixed);
        fixed.dispose();
        trained.set(name, variable);
        weights.set(name, variable);
      }
    }
    this.weights = weights;
    this.trained = trained;
    this.forward = new VitForward(tf, vit.config, (name) => weights.get(name)!);
    this.adam = new VariableAdam(tf, trained);
  }

  get isFrozen(): boolean {
    return this.trained.size === 0;
  }

  /** Class tokens [n, hidden]. */
  async encode(images: PixelBatch): Promise<Matrix> {
    const tokens = this.tf.tidy(() => this.upper(this.lower(images)));
    const data = (await tokens.data()) as Float32Array;
    tokens.dispose();
    return matrix(images.count, this.vit.config.hidden, data);
  }

  /** Gradients of the trained weights, from the loss's gradient [n, hidden] in the class tokens, added to `sum`. */
  addGradients(images: PixelBatch, gradient: Matrix, sum: Map<string, Tensor>): void {
    const { tf } = this;
    const below = this.first < 0 ? undefined : tf.tidy(() => this.lower(images)); // off the tape: not trained
    const direction = tf.tensor2d(gradient.data, [gradient.rows, gradient.columns]);
    const { value, grads } = tf.variableGrads(
      () =>
        this.upper(below ?? this.lower(images))
          .mul(direction)
          .sum()
          .asScalar(),
      [...this.trained.values()],
    );
    tf.dispose([value, direction, ...(below ? [below] : [])]);
    for (const [name, variable] of this.trained) {
      const fresh = grads[variable.name]!;
      const before = sum.get(name);
      sum.set(name, before ? before.add(fresh) : fresh);
      if (before) tf.dispose([before, fresh]);
    }
  }

  step(gradients: ReadonlyMap<string, Tensor>, learningRate: number): void {
    this.adam.step(gradients, learningRate);
  }

  /** Copies of the trained weights. */
  state(): Map<string, Float32Array> {
    return new Map([...this.trained].map(([name, variable]) => [name, variable.dataSync<'float32'>().slice()]));
  }

  /** Sets the trained weights, to the pre-trained ones where none are given, and forgets Adam's moments. */
  load(state?: ReadonlyMap<string, Float32Array>): void {
    for (const [name, variable] of this.trained) {
      const { shape, data } = this.vit.weights.get(name)!;
      const fresh = this.tf.tensor((state?.get(name) ?? data).slice(), [...shape]);
      variable.assign(fresh);
      fresh.dispose();
    }
    this.adam.reset();
  }

  /** Copies of the trained weights and of Adam's moments. */
  snapshot(): Map<string, Float32Array> {
    return new Map([...this.state(), ...this.adam.snapshot()]);
  }

  restore(snapshot: ReadonlyMap<string, Float32Array>): void {
    this.load(snapshot);
    this.adam.restore(snapshot);
  }

  dispose(): void {
    this.adam.reset();
    this.tf.dispose([...this.weights.values()]);
  }

  private isTrained(name: string): boolean {
    const layer = /^encoder\.layer\.(\d+)\./.exec(name)?.[1];
    if (layer !== undefined) return Number(layer) >= this.first;
    if (name.startsWith(`${LAST_NORM}.`)) return this.first < this.vit.config.layers;
    return this.first < 0;
  }

  /** What comes before the trained layers. */
  private lower(images: PixelBatch): Tensor3D {
    const { config } = this.vit;
    const patches = patchRows(images, config.patch);
    const rows = this.tf.tensor2d(patches.data, [patches.rows, patches.columns]);
    const embedded = this.forward.embed(rows, gridOf(config, images.height, images.width));
    return this.forward.layers(embedded, 0, Math.max(0, this.first));
  }

  private upper(tokens: Tensor3D): Tensor2D {
    const { forward, vit } = this;
    const all = forward.layers(tokens, Math.max(0, this.first), vit.config.layers);
    return forward.pooled(forward.lastNorm(all));
  }
}
