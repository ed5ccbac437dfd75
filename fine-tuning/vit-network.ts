import type { Tensor } from '@tensorflow/tfjs-core';
import { matrix, row, takeRows, type Matrix } from '../lib/engine/matrix';
import type { Tensors } from '../lib/engine/tensors';
import { part, prefixed } from '../lib/model/checkpoints';
import type { Batch, Network, NetworkShape, NetworkState, Prediction } from '../lib/model/network';
import type { TfjsNetwork } from '../lib/model/tfjs-network';
import type { VitBackbone } from './backbone';
import type { PreparedImages } from './prepared-images';

/** What a {@link VitNetwork} is made of. */
export interface VitParts {
  readonly tf: Tensors;
  readonly backbone: VitBackbone;
  readonly images: PreparedImages;
  /** The shared ReLU layer and the heads, on class tokens. */
  readonly heads: TfjsNetwork;
  /** {@link Network.below}; only asked for by those who need it. */
  readonly describe: () => string;
}

const HEADS = 'heads/';
const BACKBONE = 'backbone/';

/**
 * A vision transformer below the two-head network, trained together: the frozen mode's network with its backbone
 * unfrozen (our choice). Rows of inputs are image numbers, [n, 1]. A step goes through the backbone in parts: all class
 * tokens without a tape, the loss's gradient in them from the heads, then the backbone's gradients part by part; the
 * second forward pass that this takes keeps memory to that of one part.
 */
export class VitNetwork implements Network {
  readonly shape: NetworkShape;
  readonly engine: string;

  constructor(
    private readonly parts: VitParts,
    private readonly rate: number,
    private readonly microBatch: number,
  ) {
    this.shape = parts.heads.shape;
    this.engine = `${parts.heads.engine}, fine-tuned ViT`;
  }

  get below(): string {
    return this.parts.describe();
  }

  setTransition(...given: Parameters<Network['setTransition']>): void {
    this.parts.heads.setTransition(...given);
  }

  async step(batch: Batch, learningRate: number): Promise<number> {
    const { backbone, heads } = this.parts;
    const tokens = { ...batch, inputs: await this.tokens(batch.inputs) };
    const gradients = backbone.isFrozen ? undefined : await this.backward(tokens, batch.inputs);
    const loss = await heads.step(tokens, learningRate);
    if (gradients) {
      backbone.step(gradients, learningRate * this.rate);
      this.parts.tf.dispose([...gradients.values()]);
    }
    return loss;
  }

  async gradients(batch: Batch): Promise<{ loss: number; gradients: NetworkState }> {
    const tokens = { ...batch, inputs: await this.tokens(batch.inputs) };
    const extractor = await this.backward(tokens, batch.inputs);
    const found = await this.parts.heads.gradients(tokens);
    const arrays = new Map([...extractor].map(([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()]));
    this.parts.tf.dispose([...extractor.values()]);
    return { loss: found.loss, gradients: { ...found.gradients, extractor: arrays } };
  }

  async predict(inputs: Matrix): Promise<Prediction> {
    return this.parts.heads.predict(await this.tokens(inputs));
  }

  async classify(inputs: Matrix, head: 'fine' | 'coarse'): Promise<Int32Array> {
    return this.parts.heads.classify(await this.tokens(inputs), head);
  }

  parameters(): NetworkState {
    return { ...this.parts.heads.parameters(), extractor: this.parts.backbone.state() };
  }

  /** Without weights of the extractor it goes back to the pre-trained ones. */
  load(parameters: NetworkState): void {
    this.parts.heads.load(parameters);
    this.parts.backbone.load(parameters.extractor);
  }

  snapshot(): Map<string, Float32Array> {
    const { heads, backbone } = this.parts;
    return new Map([...prefixed(HEADS, heads.snapshot()), ...prefixed(BACKBONE, backbone.snapshot())]);
  }

  restore(snapshot: ReadonlyMap<string, Float32Array>): void {
    this.parts.heads.restore(part(snapshot, HEADS));
    this.parts.backbone.restore(part(snapshot, BACKBONE));
  }

  dispose(): void {
    this.parts.heads.dispose();
    this.parts.backbone.dispose();
  }

  /** Class tokens of the numbered images. */
  private async tokens(inputs: Matrix): Promise<Matrix> {
    const out = matrix(inputs.rows, this.shape.features);
    for (const [from, part] of this.inParts(inputs)) {
      const tokens = await this.parts.backbone.encode(await this.parts.images.pixels(part.data));
      for (let i = 0; i < tokens.rows; i++) row(out, from + i).set(row(tokens, i));
    }
    return out;
  }

  /** The backbone's gradients, to be disposed of. */
  private async backward(tokens: Batch, inputs: Matrix): Promise<Map<string, Tensor>> {
    const gradient = await this.parts.heads.inputGradients(tokens);
    const sum = new Map<string, Tensor>();
    for (const [from, part] of this.inParts(inputs)) {
      const rows = Array.from(part.data, (_, i) => from + i);
      const images = await this.parts.images.pixels(part.data);
      this.parts.backbone.addGradients(images, takeRows(gradient, rows), sum);
    }
    return sum;
  }

  private inParts(inputs: Matrix): [from: number, part: Matrix][] {
    const starts = Array.from({ length: Math.ceil(inputs.rows / this.microBatch) }, (_, i) => i * this.microBatch);
    return starts.map((from) => {
      const data = inputs.data.slice(from, from + this.microBatch);
      return [from, matrix(data.length, 1, data)];
    });
  }
}
