import { OnnxGraph } from '../../../lib/engine/onnx/graph';
import { gridOf, type VitConfig } from './config';
import { positionMap } from './positions';
import { EMBEDDINGS, LAST_NORM, layerNames, type LayerNames, type Vit } from './weights';

export interface VitOnnxOptions {
  /** Size of the images, in pixels; by default the size that the positions were learnt on. */
  readonly height?: number;
  readonly width?: number;
  /** What comes out: the class token (default), or that and the mean of the patches' tokens beside one another. */
  readonly pooling?: VitPooling;
}

export type VitPooling = 'class' | 'class+mean';

/**
 * A vision transformer as an ONNX model: `pixel_values` [n, 3, height, width] -> `features` [n, hidden] (or twice as
 * wide with the patches' mean). The weights lie in it as they are in the safetensors file, untransposed.
 */
export function vitOnnx({ config, weights }: Vit, options: VitOnnxOptions = {}): Uint8Array {
  const { height = config.image, width = config.image, pooling = 'class' } = options;
  const graph = new OnnxGraph();
  for (const [name, { shape, data }] of weights) if (name !== EMBEDDINGS.positions) graph.floats(name, shape, data);
  const grid = gridOf(config, height, width);
  const builder = new VitGraph(graph, config, 1 + grid[0] * grid[1]);
  graph.floats('positions', [1, 1 + grid[0] * grid[1], config.hidden], positionsOn(grid, { config, weights }));
  const pixels = graph.input('pixel_values', ['n', 3, height, width]);
  let tokens = builder.embed(pixels);
  for (let i = 0; i < config.layers; i++) tokens = builder.layer(tokens, layerNames(config, i));
  graph.output(builder.pool(builder.norm(LAST_NORM, tokens), pooling), ['n', 'features']);
  return graph.encode();
}

/** Position embeddings [1 + patches, hidden] on a grid. */
function positionsOn(grid: readonly [number, number], { config, weights }: Vit): Float32Array {
  const { data } = weights.get(EMBEDDINGS.positions)!;
  const map = positionMap(config.image / config.patch, grid);
  if (!map) return data;
  const { hidden } = config;
  const out = new Float32Array((1 + map.rows) * hidden);
  out.set(data.subarray(0, hidden));
  for (let i = 0; i < map.rows; i++)
    for (let j = 0; j < map.columns; j++) {
      const share = map.data[i * map.columns + j]!;
      if (share !== 0)
        for (let k = 0; k < hidden; k++) out[(1 + i) * hidden + k]! += share * data[(1 + j) * hidden + k]!;
    }
  return out;
}

/** Writes the parts of the network into a graph; names of tensors in, names of tensors out. Tokens are [n * T, hidden]. */
class VitGraph {
  constructor(
    private readonly graph: OnnxGraph,
    private readonly config: VitConfig,
    /** T: patches and the class token. */
    private readonly tokens: number,
  ) {
    const { hidden, heads } = config;
    graph.integers('flat', [-1, hidden]);
    graph.integers('by_image', [-1, tokens, hidden]);
    graph.integers('by_head', [-1, tokens, heads, hidden / heads]);
    graph.integers('channels_first', [0, hidden, -1]);
    graph.integers('class_shape', [1, hidden]);
    for (const n of [0, 1]) graph.integers(`at_${n}`, [n]);
    graph.floats('scale', [], Float32Array.of(1 / Math.sqrt(hidden / heads)));
  }

  embed(pixels: string): string {
    const { graph, config } = this;
    const { patch } = config;
    const weights = [`${EMBEDDINGS.patches}.weight`, `${EMBEDDINGS.patches}.bias`];
    const maps = graph.node('Conv', [pixels, ...weights], { kernel_shape: [patch, patch], strides: [patch, patch] });
    const patches = graph.node('Transpose', [graph.node('Reshape', [maps, 'channels_first'])], { perm: [0, 2, 1] });
    const count = graph.node('Slice', [graph.node('Shape', [pixels]), 'at_0', 'at_1']);
    const first = graph.node('Expand', [
      EMBEDDINGS.classToken,
      graph.node('Concat', [count, 'class_shape'], { axis: 0 }),
    ]);
    const tokens = graph.node('Add', [graph.node('Concat', [first, patches], { axis: 1 }), 'positions']);
    return graph.node('Reshape', [tokens, 'flat']);
  }

  layer(x: string, names: LayerNames): string {
    const attended = this.add(x, this.attention(this.norm(names.norm1, x), names), names.scale1);
    const wide = this.graph.node('Gelu', [this.linear(names.widen, this.norm(names.norm2, attended))]);
    return this.add(attended, this.linear(names.narrow, wide), names.scale2);
  }

  norm(name: string, x: string): string {
    const { epsilon } = this.config;
    const inputs = [x, `${name}.weight`, `${name}.bias`];
    return this.graph.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } });
  }

  pool(tokens: string, pooling: VitPooling): string {
    const { graph } = this;
    const byImage = graph.node('Reshape', [tokens, 'by_image']);
    const slice = (from: string, to: string): string => graph.node('Slice', [byImage, from, to, 'at_1']);
    const first = slice('at_0', 'at_1');
    if (pooling === 'class') return graph.node('Squeeze', [first, 'at_1'], {}, 'features');
    const mean = graph.node('ReduceMean', [slice('at_1', graph.integers('end', [this.tokens])), 'at_1'], {
      keepdims: 1,
    });
    return graph.node('Squeeze', [graph.node('Concat', [first, mean], { axis: 2 }), 'at_1'], {}, 'features');
  }

  private attention(x: string, names: LayerNames): string {
    const { graph } = this;
    const part = (name: string, perm: readonly number[]): string =>
      graph.node('Transpose', [graph.node('Reshape', [this.linear(name, x), 'by_head'])], { perm });
    const [query, key] = [part(names.query, [0, 2, 1, 3]), part(names.key, [0, 2, 3, 1])];
    const shares = graph.node('Softmax', [graph.node('Mul', [graph.node('MatMul', [query, key]), 'scale'])], {
      axis: -1,
    });
    const mixed = graph.node('MatMul', [shares, part(names.value, [0, 2, 1, 3])]);
    const joined = graph.node('Reshape', [graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), 'flat']);
    return this.linear(names.attended, joined);
  }

  private linear(name: string, x: string): string {
    return this.graph.node('Gemm', [x, `${name}.weight`, `${name}.bias`], { transB: 1 });
  }

  private add(x: string, y: string, scale: string | undefined): string {
    return this.graph.node('Add', [x, scale ? this.graph.node('Mul', [y, scale]) : y]);
  }
}
