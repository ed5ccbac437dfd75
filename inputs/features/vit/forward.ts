import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Tensors } from '../../../lib/engine/tensors';
import type { VitConfig } from './config';
import { positionMap } from './positions';
import { EMBEDDINGS, LAST_NORM, layerNames } from './weights';

/** Finds a weight's tensor by its name. */
export type WeightOf = (name: string) => Tensor;

/**
 * A vision transformer in TensorFlow.js, differentiable in every weight. The patch embedding is a matrix product and
 * nothing is gathered, because the WebAssembly backend can differentiate neither convolutions nor gathers.
 */
export class VitForward {
  constructor(
    private readonly tf: Tensors,
    private readonly config: VitConfig,
    private readonly weight: WeightOf,
  ) {}

  /** Tokens [n, 1 + patches, hidden] before the first layer, from patches [n * rows * columns, 3 * patch * patch]. */
  embed(patches: Tensor2D, grid: readonly [number, number]): Tensor3D {
    const { tf, config, weight } = this;
    const { hidden } = config;
    const count = grid[0] * grid[1];
    const n = patches.shape[0] / count;
    const projection = weight(`${EMBEDDINGS.patches}.weight`).reshape<Tensor2D>([hidden, -1]);
    const embedded = tf.matMul(patches, projection, false, true).add(weight(`${EMBEDDINGS.patches}.bias`));
    const first = tf.ones([n, 1, 1]).mul<Tensor3D>(weight(EMBEDDINGS.classToken));
    return tf.concat([first, embedded.reshape<Tensor3D>([n, count, hidden])], 1).add(this.positions(grid));
  }

  /** Layers `from` up to (not including) `to`. */
  layers(tokens: Tensor3D, from: number, to: number): Tensor3D {
    let x = tokens;
    for (let i = from; i < to; i++) x = this.layer(x, i);
    return x;
  }

  lastNorm(tokens: Tensor3D): Tensor3D {
    return this.norm(LAST_NORM, tokens);
  }

  /** The class token [n, hidden] of normed tokens: what heads are put on. */
  pooled(tokens: Tensor3D): Tensor2D {
    const [n, , hidden] = tokens.shape;
    return tokens.slice([0, 0, 0], [n, 1, hidden]).reshape([n, hidden]);
  }

  private layer(x: Tensor3D, i: number): Tensor3D {
    const names = layerNames(this.config, i);
    const scaled = (y: Tensor3D, scale: string | undefined): Tensor3D => (scale ? y.mul(this.weight(scale)) : y);
    const attended = x.add<Tensor3D>(scaled(this.attention(this.norm(names.norm1, x), names), names.scale1));
    const wide = this.gelu(this.linear(names.widen, this.norm(names.norm2, attended)));
    return attended.add(scaled(this.linear(names.narrow, wide), names.scale2));
  }

  /** Multi-head self-attention (Vaswani et al., 2017, section 3.2). */
  private attention(x: Tensor3D, names: ReturnType<typeof layerNames>): Tensor3D {
    const { tf, config } = this;
    const [n, tokens, hidden] = x.shape;
    const width = hidden / config.heads;
    const split = (name: string): Tensor =>
      this.linear(name, x).reshape([n, tokens, config.heads, width]).transpose([0, 2, 1, 3]);
    const scores = tf.matMul(split(names.query), split(names.key), false, true).mul(1 / Math.sqrt(width));
    const mixed = tf.matMul(tf.softmax(scores), split(names.value));
    return this.linear(names.attended, mixed.transpose([0, 2, 1, 3]).reshape([n, tokens, hidden]));
  }

  private linear(name: string, x: Tensor3D): Tensor3D {
    const { tf } = this;
    const [n, tokens, inputs] = x.shape;
    const y = tf.matMul(x.reshape<Tensor2D>([n * tokens, inputs]), this.weight(`${name}.weight`), false, true);
    return y.add(this.weight(`${name}.bias`)).reshape([n, tokens, -1]);
  }

  private norm(name: string, x: Tensor3D): Tensor3D {
    const centred = x.sub(x.mean(-1, true));
    const variance = centred.square().mean(-1, true);
    const normed = centred.mul(variance.add(this.config.epsilon).rsqrt());
    return normed.mul(this.weight(`${name}.weight`)).add(this.weight(`${name}.bias`));
  }

  /** x Phi(x), by the error function, not its tanh approximation. */
  private gelu(x: Tensor3D): Tensor3D {
    return x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5));
  }

  /** Position embeddings [1, 1 + patches, hidden], interpolated where the grid is another than the learnt one. */
  private positions(grid: readonly [number, number]): Tensor {
    const { tf, config } = this;
    const learnt = this.weight(EMBEDDINGS.positions);
    const side = config.image / config.patch;
    const map = positionMap(side, grid);
    if (!map) return learnt;
    const [first, square] = tf.split(learnt.reshape([1 + side * side, config.hidden]), [1, side * side]);
    const resized = tf.matMul(tf.tensor2d(map.data, [map.rows, map.columns]), square as Tensor2D);
    return tf.concat([first as Tensor2D, resized]).expandDims(0);
  }
}
