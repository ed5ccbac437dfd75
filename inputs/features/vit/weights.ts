import path from 'node:path';
import { check } from '../../../lib/errors';
import { readText } from '../../../lib/text-file';
import { parseVitConfig, type VitConfig } from './config';
import { readSafetensors, type Safetensors, type TensorArray } from '../../../lib/engine/safetensors';

/** All weights of a vision transformer, by Hugging Face's names, without the prefix of a model around it. */
export type VitWeights = ReadonlyMap<string, TensorArray>;

export interface Vit {
  readonly config: VitConfig;
  readonly weights: VitWeights;
}

export const EMBEDDINGS = {
  classToken: 'embeddings.cls_token',
  positions: 'embeddings.position_embeddings',
  patches: 'embeddings.patch_embeddings.projection',
} as const;

/** The last layer norm, above all layers. */
export const LAST_NORM = 'layernorm';

/** The parts of a layer. `.weight` and `.bias` follow; the two scales, of DINOv2, are vectors themselves. */
export interface LayerNames {
  readonly norm1: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attended: string;
  readonly scale1?: string;
  readonly norm2: string;
  readonly widen: string;
  readonly narrow: string;
  readonly scale2?: string;
}

export function layerNames({ kind }: VitConfig, i: number): LayerNames {
  const layer = `encoder.layer.${i}`;
  const attention = {
    query: `${layer}.attention.attention.query`,
    key: `${layer}.attention.attention.key`,
    value: `${layer}.attention.attention.value`,
    attended: `${layer}.attention.output.dense`,
  };
  return kind === 'vit'
    ? {
        ...attention,
        norm1: `${layer}.layernorm_before`,
        norm2: `${layer}.layernorm_after`,
        widen: `${layer}.intermediate.dense`,
        narrow: `${layer}.output.dense`,
      }
    : {
        ...attention,
        norm1: `${layer}.norm1`,
        scale1: `${layer}.layer_scale1.lambda1`,
        norm2: `${layer}.norm2`,
        widen: `${layer}.mlp.fc1`,
        narrow: `${layer}.mlp.fc2`,
        scale2: `${layer}.layer_scale2.lambda1`,
      };
}

/** Shape of every weight, from the bottom up. Linear layers are [outputs, inputs]. */
export function vitShapes(config: VitConfig): Map<string, readonly number[]> {
  const { hidden, layers, mlp, patch, image } = config;
  const shapes = new Map<string, readonly number[]>();
  const linear = (name: string, inputs: number, outputs: number): void =>
    void shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  const norm = (name: string): void => void shapes.set(`${name}.weight`, [hidden]).set(`${name}.bias`, [hidden]);
  shapes.set(EMBEDDINGS.classToken, [1, 1, hidden]);
  shapes.set(EMBEDDINGS.positions, [1, (image / patch) ** 2 + 1, hidden]);
  shapes.set(`${EMBEDDINGS.patches}.weight`, [hidden, 3, patch, patch]);
  shapes.set(`${EMBEDDINGS.patches}.bias`, [hidden]);
  for (let i = 0; i < layers; i++) {
    const names = layerNames(config, i);
    norm(names.norm1);
    for (const part of [names.query, names.key, names.value, names.attended]) linear(part, hidden, hidden);
    if (names.scale1) shapes.set(names.scale1, [hidden]);
    norm(names.norm2);
    linear(names.widen, hidden, mlp);
    linear(names.narrow, mlp, hidden);
    if (names.scale2) shapes.set(names.scale2, [hidden]);
  }
  norm(LAST_NORM);
  return shapes;
}

/** What transformers 5 calls a weight in memory, and so in a state dictionary that was not saved by `save_pretrained`. */
function inMemory(weight: string, { kind }: VitConfig): string {
  const name = weight
    .replace(/attention\.attention\.(.)[a-z]+/, 'attention.$1_proj')
    .replace('attention.output.dense', 'attention.o_proj');
  if (kind === 'dinov2') return name;
  return name
    .replace('encoder.layer.', 'layers.')
    .replace('intermediate.dense', 'mlp.fc1')
    .replace('output.dense', 'mlp.fc2');
}

/**
 * The weights a configuration needs out of those of a file; a prefix (`vit.`, `dinov2.`) and all else (a classifier, a
 * pooler) are left out.
 * @throws InputError naming the first weight that is missing or has another type or shape.
 */
export function pickWeights(
  config: VitConfig,
  { tensors: all, others }: Pick<Safetensors, 'tensors' | 'others'>,
  name: string,
): VitWeights {
  const prefix = ['', `${config.kind}.`].find((start) => all.has(start + EMBEDDINGS.classToken)) ?? '';
  const picked = new Map<string, TensorArray>();
  for (const [weight, shape] of vitShapes(config)) {
    const found = all.get(prefix + weight) ?? all.get(prefix + inMemory(weight, config));
    const type = others.get(prefix + weight);
    check(type === undefined, `${name}: "${prefix}${weight}" holds ${type}; expected F32, F16 or BF16`);
    check(found, `${name} lacks the weight "${prefix}${weight}"; expected a ${config.kind} of ${config.layers} layers`);
    check(
      found.shape.join() === shape.join(),
      () => `${name}: "${weight}" is [${found.shape.join(', ')}]; config.json makes it [${shape.join(', ')}]`,
    );
    picked.set(weight, found);
  }
  return picked;
}

/** Reads `config.json` and `model.safetensors` from a folder, as Hugging Face's hub has them. */
export async function loadVit(folder: string): Promise<Vit> {
  const configFile = path.join(folder, 'config.json');
  const config = parseVitConfig(readText(configFile), configFile);
  const file = path.join(folder, 'model.safetensors');
  return { config, weights: pickWeights(config, await readSafetensors(file), file) };
}
