import type { VitConfig } from '../../../../inputs/features/vit/config';
import type { TensorArray } from '../../../../lib/engine/safetensors';
import { vitShapes, type Vit } from '../../../../inputs/features/vit/weights';
import type { Random } from '../../../../lib/random';

/** Weights that were never trained: normal with deviation 0.02, norms and scales 1, biases 0. */
export function randomVit(config: VitConfig, random: Random): Vit {
  const weights = new Map<string, TensorArray>();
  for (const [name, shape] of vitShapes(config)) {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
    if (name.includes('lambda1') || (shape.length === 1 && name.endsWith('.weight'))) data.fill(1);
    else if (!name.endsWith('.bias')) for (let i = 0; i < data.length; i++) data[i] = 0.02 * random.normal();
    weights.set(name, { shape, data });
  }
  return { config, weights };
}

/** `config.json` of a configuration: what {@link parseVitConfig} reads. */
export function formatVitConfig(config: VitConfig): string {
  const { kind, hidden, layers, heads, mlp, patch, image, epsilon } = config;
  const names = {
    model_type: kind,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    ...(kind === 'vit' ? { intermediate_size: mlp } : { mlp_ratio: mlp / hidden }),
    patch_size: patch,
    image_size: image,
    layer_norm_eps: epsilon,
    hidden_act: 'gelu',
  };
  return `${JSON.stringify(names, null, 2)}\n`;
}
