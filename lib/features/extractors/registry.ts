import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { dataRoot } from '../../datasets/data-root';
import { check } from '../../errors';
import { vitOnnx } from '../vit/onnx';
import { loadVit } from '../vit/weights';
import { dinov2Preprocessing, parsePreprocessing, vitPreprocessing, type Preprocessing } from '../preprocessing/config';
import type { Extractor } from './extractor';
import { fisherExtractor, type FisherOptions } from './fisher';
import { onnxExtractor } from './onnx';
import { openOnnxModel } from './onnx-model';

/** Models that can be downloaded, and how their pictures are prepared where no file says otherwise. */
const presets: Readonly<Record<string, { readonly title: string; readonly preprocessing: Preprocessing }>> = {
  'vit-b16': { title: 'ViT-B/16, class token', preprocessing: vitPreprocessing },
  'dinov2-b14': { title: 'DINOv2 B/14, class token', preprocessing: dinov2Preprocessing },
};

/** Where a downloaded model lies. */
export const modelFolder = (name: string): string => path.join(dataRoot(), 'models', name);

/** What can be named, for usages and messages. */
export const extractorNames = ['fisher', ...Object.keys(presets), 'MODEL.onnx', 'FOLDER'].join(', ');

/**
 * The extractor that a name stands for: `fisher`; `vit-b16` or `dinov2-b14`, which are downloaded; a folder with
 * `config.json` and `model.safetensors` of a ViT or DINOv2; or a file `model.onnx` (`model.onnx#output` for another
 * output than its first). Beside the last two lies the model's `preprocessor_config.json`.
 * @throws InputError for an unknown name, and for files that are missing, saying which.
 */
export async function extractorNamed(name: string, options: FisherOptions = {}): Promise<Extractor> {
  if (name === 'fisher') return fisherExtractor(options);
  const [, file, output] = /^(.*\.onnx)(?:#(.+))?$/.exec(name) ?? [];
  if (file) return fromOnnxFile(path.resolve(file), output);
  return fromVitFolder(await vitFolder(name));
}

/** Where a ViT lies and how its pictures are prepared. */
export interface VitFolder {
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  readonly preprocessing: Preprocessing;
}

/**
 * The ViT that `vit-b16`, `dinov2-b14` or a folder's path stands for.
 * @throws InputError as {@link extractorNamed}.
 */
export async function vitFolder(name: string): Promise<VitFolder> {
  if (Object.hasOwn(presets, name)) {
    const folder = modelFolder(name);
    check(
      existsSync(path.join(folder, 'model.safetensors')),
      `${folder} has no model.safetensors; download it: npm run download -- ${name}`,
    );
    const { title, preprocessing } = presets[name]!;
    return { name, title, folder, preprocessing: await preprocessingIn(folder, preprocessing) };
  }
  check(
    existsSync(path.join(name, 'config.json')),
    `Unknown extractor: "${name}"; expected one of ${extractorNames} (with config.json and model.safetensors)`,
  );
  const folder = path.resolve(name);
  const title = path.basename(folder);
  return { name: title, title, folder, preprocessing: await preprocessingIn(folder) };
}

async function fromVitFolder({ name, title, folder, preprocessing }: VitFolder): Promise<Extractor> {
  return onnxExtractor({
    ...{ name, title, preprocessing, modelHash: await hashOf(path.join(folder, 'model.safetensors')) },
    async open() {
      const vit = await loadVit(folder);
      const size = preprocessing.crop ?? preprocessing.resize;
      return openOnnxModel(vitOnnx(vit, size && 'height' in size ? size : {}), folder);
    },
  });
}

async function fromOnnxFile(file: string, output: string | undefined): Promise<Extractor> {
  check(existsSync(file), `There is no file ${file}; expected an ONNX model`);
  const name = path.basename(file, '.onnx') + (output === undefined ? '' : `-${output.replace(/[^\w.-]/g, '_')}`);
  return onnxExtractor({
    ...{ name, title: path.basename(file), modelHash: await hashOf(file), output },
    preprocessing: await preprocessingIn(path.dirname(file)),
    open: () => openOnnxModel(file, file, { output }),
  });
}

async function preprocessingIn(folder: string, otherwise?: Preprocessing): Promise<Preprocessing> {
  const file = path.join(folder, 'preprocessor_config.json');
  if (existsSync(file)) return parsePreprocessing(await readFile(file, 'utf8'), file);
  check(otherwise, `There is no ${file}; put the model's own there, or write one: it says how pictures are resized`);
  return otherwise;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}
