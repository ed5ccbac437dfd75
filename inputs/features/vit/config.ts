import { check, InputError } from '../../../lib/errors';

/** Sizes and variant of a vision transformer. */
export interface VitConfig {
  /** `vit`: Dosovitskiy et al., ICLR 2021. `dinov2`: Oquab et al., TMLR 2024; layer scale, positions of any grid. */
  readonly kind: 'vit' | 'dinov2';
  /** Width of a token. */
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  /** Width inside the MLP. */
  readonly mlp: number;
  /** Side of a patch, in pixels. */
  readonly patch: number;
  /** Side of the square images that the position embeddings were learnt on, in pixels. */
  readonly image: number;
  /** Added to the variance in layer norms. */
  readonly epsilon: number;
}

/** ViT-B/16, as pre-trained on ImageNet-21k. */
export const vitB16: VitConfig = {
  kind: 'vit',
  hidden: 768,
  layers: 12,
  heads: 12,
  mlp: 3072,
  patch: 16,
  image: 224,
  epsilon: 1e-12,
};

/** DINOv2 B/14; its positions were learnt on 518 x 518 pixels. */
export const dinov2B14: VitConfig = { ...vitB16, kind: 'dinov2', patch: 14, image: 518, epsilon: 1e-6 };

/**
 * The configuration in a `config.json` of Hugging Face's, as text; `name` is the file, for messages.
 * @throws InputError for another architecture, or sizes that are missing or do not fit together.
 */
export function parseVitConfig(text: string, name: string): VitConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${name} is no JSON (${(error as Error).message}); expected the model's config.json`);
  }
  const given = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const kind = given.model_type;
  check(
    kind === 'vit' || kind === 'dinov2',
    `${name}: unexpected model_type ${JSON.stringify(kind)}; expected "vit" or "dinov2"`,
  );
  const number = (key: string, fallback?: number): number => {
    const value = given[key] ?? fallback;
    check(
      Number.isInteger(value) && (value as number) > 0 && (value as number) < 1e6,
      `${name}: unexpected ${key} ${JSON.stringify(value)}; expected a positive integer`,
    );
    return value as number;
  };
  const side = (key: string, fallback: number): number => {
    const value = given[key];
    const [height, width, ...rest] = Array.isArray(value) ? (value as unknown[]) : [value, value];
    check(
      height === width && !rest.length,
      `${name}: unexpected ${key} ${JSON.stringify(value)}; expected both sides to be the same`,
    );
    given[key] = height;
    return number(key, fallback);
  };
  const only = (key: string, expected: unknown): void =>
    check(
      (given[key] ?? expected) === expected,
      `${name}: unexpected ${key} ${JSON.stringify(given[key])}; only ${JSON.stringify(expected)} is known here`,
    );
  only('hidden_act', 'gelu');
  only('qkv_bias', true);
  only('num_channels', 3);
  only('use_swiglu_ffn', false);
  const hidden = number('hidden_size', 768);
  const epsilon = given.layer_norm_eps ?? (kind === 'vit' ? 1e-12 : 1e-6);
  check(
    typeof epsilon === 'number' && epsilon > 0 && epsilon < 1,
    `${name}: unexpected layer_norm_eps ${JSON.stringify(epsilon)}; expected a small positive number`,
  );
  const config: VitConfig = {
    kind,
    hidden,
    layers: number('num_hidden_layers', 12),
    heads: number('num_attention_heads', 12),
    mlp: kind === 'vit' ? number('intermediate_size', 3072) : hidden * number('mlp_ratio', 4),
    patch: side('patch_size', kind === 'vit' ? 16 : 14),
    image: side('image_size', 224),
    epsilon,
  };
  check(
    hidden % config.heads === 0,
    `${name}: ${config.heads} heads do not divide ${hidden} hidden units; expected a divisor`,
  );
  check(
    config.image % config.patch === 0,
    `${name}: patches of ${config.patch} do not tile images of ${config.image} pixels; expected a divisor`,
  );
  return config;
}

/** Rows and columns of patches in an image. Throws an InputError if they do not tile it. */
export function gridOf({ kind, patch, image }: VitConfig, height: number, width: number): readonly [number, number] {
  check(
    height % patch === 0 && width % patch === 0,
    `Unexpected image size: ${height} x ${width}; expected multiples of the patches' ${patch} pixels`,
  );
  check(
    kind === 'dinov2' || (height === image && width === image),
    `Unexpected image size: ${height} x ${width}; this ViT takes ${image} x ${image} only`,
  );
  return [height / patch, width / patch];
}
