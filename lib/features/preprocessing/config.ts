import { check, InputError } from '../../errors';
import type { Filter } from './resample';

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

const FILTERS: Readonly<Record<number, Filter>> = { 2: 'bilinear', 3: 'bicubic' };

/**
 * What a `preprocessor_config.json` of Hugging Face's says; `name` is the file, for messages.
 * @throws InputError for text that is no JSON, and for settings that are not known here.
 */
export function parsePreprocessing(text: string, name: string): Preprocessing {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${name} is no JSON (${(error as Error).message}); expected a preprocessor_config.json`);
  }
  check(typeof json === 'object' && json !== null, `${name} is no JSON object; expected a preprocessor_config.json`);
  const given = json as Record<string, unknown>;
  const asked = (key: string, otherwise: boolean): boolean => (given[key] ?? otherwise) === true;
  const resample = given.resample ?? 2;
  const filter = FILTERS[resample as number];
  check(filter, `${name}: unexpected resample ${JSON.stringify(resample)}; expected 2 (bilinear) or 3 (bicubic)`);
  const crop = asked('do_center_crop', false) ? sides(given.crop_size, `${name}: crop_size`) : undefined;
  check(!crop || 'height' in crop, `${name}: unexpected crop_size ${JSON.stringify(given.crop_size)}`);
  const normalise = asked('do_normalize', true);
  return {
    ...(asked('do_resize', true) && { resize: sides(given.size, `${name}: size`) }),
    filter,
    ...(crop && { crop }),
    scale: asked('do_rescale', true) ? factor(given.rescale_factor ?? 1 / 255, `${name}: rescale_factor`) : 1,
    mean: normalise ? channels(given.image_mean, `${name}: image_mean`) : [0, 0, 0],
    deviation: normalise ? channels(given.image_std, `${name}: image_std`, 1e-6) : [1, 1, 1],
  };
}

/** A number stands for both sides, as in older files. */
function sides(value: unknown, where: string): { height: number; width: number } | { shortest: number } {
  const size = (n: unknown): n is number => Number.isInteger(n) && (n as number) > 0 && (n as number) <= 4096;
  if (size(value)) return { height: value, width: value };
  const { height, width, shortest_edge: shortest } = (value ?? {}) as Record<string, unknown>;
  if (size(height) && size(width)) return { height, width };
  check(
    size(shortest),
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
  check(Number.isFinite(value), `${where}: unexpected ${JSON.stringify(value)}; expected a number`);
  return value as number;
}
