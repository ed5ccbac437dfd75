import { check, InputError } from '../../../lib/errors';
import { FILTERS, type Filter } from './resample';

/** How a picture becomes a model's input. */
export interface Preprocessing {
  /** Both sides, or the shorter side with proportions kept; absent: as it is. */
  readonly resize?: { readonly height: number; readonly width: number } | { readonly shortest: number };
  readonly filter: Filter;
  /** Cut from the middle after resizing, filled with black where the picture is smaller. */
  readonly crop?: { readonly height: number; readonly width: number };
  /** Multiplies the pixels, 0-255. */
  readonly scale: number;
  /** Of the scaled pixels, by channel. */
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  /** Blue first. */
  readonly flip?: true;
}

/** As google/vit-base-patch16-224-in21k asks for. */
export const vitPreprocessing: Preprocessing = {
  resize: { height: 224, width: 224 },
  filter: 'bilinear',
  scale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  deviation: [0.5, 0.5, 0.5],
};

/** As facebook/dinov2-base asks for. */
export const dinov2Preprocessing: Preprocessing = {
  resize: { shortest: 256 },
  filter: 'bicubic',
  crop: { height: 224, width: 224 },
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};

/** What an image processor of Hugging Face's does where its file says nothing (transformers 5.18). */
interface Kind {
  /** A number as `size` is the shorter side, not both. */
  readonly shorter?: true;
  /** By Pillow's number. */
  readonly resample: number;
  readonly crop?: true;
  readonly flip?: true;
  /** Knows no mean and deviation. */
  readonly plain?: true;
}

const KINDS: Readonly<Record<string, Kind>> = {
  ViT: { resample: 2 },
  Beit: { resample: 3 },
  DeiT: { resample: 3, crop: true },
  Pvt: { resample: 3 },
  Siglip: { resample: 3, shorter: true },
  Bit: { resample: 3, shorter: true, crop: true },
  CLIP: { resample: 3, shorter: true, crop: true },
  ChineseCLIP: { resample: 3, shorter: true, crop: true },
  ConvNext: { resample: 3, shorter: true },
  MobileNetV1: { resample: 2, shorter: true, crop: true },
  MobileNetV2: { resample: 2, shorter: true, crop: true },
  MobileViT: { resample: 3, shorter: true, crop: true, flip: true, plain: true },
};

/** Settings that are honoured, and those that change nothing here. */
const KNOWN = new Set(
  `image_processor_type feature_extractor_type processor_class do_resize size resample do_center_crop crop_size
  do_rescale rescale_factor do_normalize image_mean image_std do_flip_channel_order do_flip_channels crop_pct
  do_convert_rgb data_format input_data_format return_tensors default_to_square device model_input_names
  disable_grouping _valid_processor_keys`.split(/\s+/),
);

/**
 * What a `preprocessor_config.json` of Hugging Face's says; `name` is the file, for messages. A file that names no class
 * is read as a ViT's.
 * @throws InputError for text that is no JSON, and for classes, settings and values that are not known here.
 */
export function parsePreprocessing(text: string, name: string): Preprocessing {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${name} is no JSON (${(error as Error).message}); expected a preprocessor_config.json`);
  }
  check(typeof json === 'object' && json !== null, `${name} is no JSON object; expected a preprocessor_config.json`);
  const given = withoutNulls(json);
  const type = given.image_processor_type ?? given.feature_extractor_type ?? 'ViTImageProcessor';
  const family = `${type as string}`.replace(/(?:ImageProcessor(?:Fast|Pil)?|FeatureExtractor)$/, '');
  const kind = Object.hasOwn(KINDS, family) ? KINDS[family] : undefined;
  check(
    kind,
    `${name}: unexpected image_processor_type ${JSON.stringify(type)}; known here are ${Object.keys(KINDS).join(', ')}`,
  );
  for (const [key, value] of Object.entries(given)) {
    const word = `${name}: unexpected ${key} ${JSON.stringify(value)}`;
    const known = KNOWN.has(key) || value === false;
    check(known, `${word}: it is not known here, and leaving it out might change the pixels`);
    check(!/^do_|^default_/.test(key) || typeof value === 'boolean', `${word}; expected true or false`);
  }
  const flipping = ['do_flip_channel_order', 'do_flip_channels'].find((key) => given[key] === true && !kind.flip);
  check(!flipping, `${name}: unexpected ${flipping}; it is known for MobileViT alone`);
  const last = (given.data_format ?? 'channels_first') !== 'channels_first';
  check(!last, `${name}: unexpected data_format ${JSON.stringify(given.data_format)}; expected "channels_first"`);
  const asked = (key: string, otherwise = false): boolean => (given[key] ?? otherwise) === true;
  const resample = given.resample ?? kind.resample;
  const filter = FILTERS[resample as number];
  check(
    filter,
    `${name}: unexpected resample ${JSON.stringify(resample)}; expected 1 (Lanczos), 2 (bilinear) or 3 (bicubic)`,
  );
  const normalise = !kind.plain && asked('do_normalize', true);
  return {
    ...sizesOf(given, kind, family, name),
    filter,
    scale: asked('do_rescale', true) ? factor(given.rescale_factor ?? 1 / 255, `${name}: rescale_factor`) : 1,
    mean: normalise ? channels(given.image_mean, `${name}: image_mean`) : [0, 0, 0],
    deviation: normalise ? channels(given.image_std, `${name}: image_std`, 1e-6) : [1, 1, 1],
    ...(asked('do_flip_channel_order', kind.flip) && { flip: true }),
  };
}

function sizesOf(
  given: Readonly<Record<string, unknown>>,
  kind: Kind,
  family: string,
  name: string,
): Pick<Preprocessing, 'resize' | 'crop'> {
  const crop = (given.do_center_crop ?? kind.crop) === true && sides(given.crop_size, `${name}: crop_size`);
  check(
    !crop || ('height' in crop && family !== 'ConvNext'),
    `${name}: unexpected ${family === 'ConvNext' ? 'do_center_crop' : `crop_size ${JSON.stringify(given.crop_size)}`}; ` +
      'expected height and width, and for ConvNext none, which crops by crop_pct',
  );
  const shorter = given.default_to_square === undefined ? kind.shorter : given.default_to_square === false;
  const resize = (given.do_resize ?? true) === true && sides(given.size, `${name}: size`, shorter);
  if (family === 'ConvNext' && resize) {
    check('shortest' in resize, `${name}: unexpected size ${JSON.stringify(given.size)}; expected shortest_edge`);
    const { shortest: side } = resize;
    const square = { height: side, width: side };
    if (side >= 384) return { resize: square };
    const shortest = Math.trunc(side / factor(given.crop_pct ?? 224 / 256, `${name}: crop_pct`));
    return { resize: { shortest }, crop: square };
  }
  check(given.crop_pct === undefined, `${name}: unexpected crop_pct; it is known for ConvNext alone`);
  return { ...(resize && { resize }), ...(crop && { crop }) };
}

/** A number stands for both sides, or for the shorter one; two in a list are height and width. */
function sides(
  value: unknown,
  where: string,
  shorter = false,
): { height: number; width: number } | { shortest: number } {
  const size = (n: unknown): n is number => Number.isInteger(n) && (n as number) > 0 && (n as number) <= 4096;
  if (size(value)) return shorter ? { shortest: value } : { height: value, width: value };
  const pair = Array.isArray(value) && value.length === 2;
  const named: object = pair ? { height: value[0] as unknown, width: value[1] as unknown } : (value ?? {});
  const { height, width, shortest_edge: shortest, ...rest } = withoutNulls(named);
  const known = Object.keys(rest).length === 0;
  if (size(height) && size(width) && shortest === undefined && known) return { height, width };
  check(
    size(shortest) && height === undefined && width === undefined && known,
    `${where}: unexpected ${JSON.stringify(value)}; expected a number, height and width, or shortest_edge, 1 to 4096`,
  );
  return { shortest };
}

function channels(value: unknown, where: string, least = -Infinity): [number, number, number] {
  check(
    Array.isArray(value) && value.length === 3 && value.every((n) => Number.isFinite(n) && (n as number) >= least),
    `${where}: unexpected ${JSON.stringify(value)}; expected three numbers`,
  );
  return value as [number, number, number];
}

function factor(value: unknown, where: string): number {
  const positive = Number.isFinite(value) && (value as number) > 0;
  check(positive, `${where}: unexpected ${JSON.stringify(value)}; expected a number above 0`);
  return value as number;
}

const withoutNulls = (object: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
