import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isFile } from '../../../lib/choices/from-file';
import { npmRun } from '../../../lib/command-line';
import { check } from '../../../lib/errors';
import { vitOnnx } from '../vit/onnx';
import { loadVit } from '../vit/weights';
import { sha256 } from '../cache';
import { modelFolder } from '../hub';
import { dinov2Preprocessing, vitPreprocessing, type Preprocessing } from '../preprocessing/config';
import { readPreprocessing } from '../preprocessing/read';
import type { Extractor } from './extractor';
import { fisherExtractor, type FisherOptions } from './fisher';
import { checkSafetensors, externalData, hubFolder, onnxIn, pooledOutput } from './model-files';
import { mirrored } from './mirrored';
import { onnxExtractor, type OnnxExtractorOptions } from './onnx';
import { openOnnxModel } from './onnx-model';
import { ownExtractor } from './own';

/** Models that can be downloaded, and how their pictures are prepared where no file says otherwise. */
const presets: Readonly<Record<string, { readonly title: string; readonly preprocessing: Preprocessing }>> = {
  'vit-b16': { title: 'ViT-B/16, class token', preprocessing: vitPreprocessing },
  'dinov2-b14': { title: 'DINOv2 B/14, class token', preprocessing: dinov2Preprocessing },
};

/** What can be named, for usages and messages. */
export const extractorNames = [
  'fisher',
  ...Object.keys(presets),
  'hf:OWNER/NAME',
  'MODEL.onnx',
  'FOLDER',
  'any of these networks with +mirrored',
  'MINE.ts',
].join(', ');

/** Behind the name of a pretrained network. */
const MIRRORED = '+mirrored';

/**
 * The extractor that a name stands for: `fisher`; `vit-b16` or `dinov2-b14`, which are downloaded; `hf:OWNER/NAME`, the
 * ONNX export of a model on Hugging Face's hub, which is downloaded too; a file `model.onnx`, or a folder with it; or a
 * folder with `config.json` and `model.safetensors` of a ViT or DINOv2; or `./mine.ts`, which exports one of yours. With an ONNX model lies its
 * `preprocessor_config.json`, and `#output` behind it names another output than its first. `+mirrored` at the end of any
 * pretrained network's name: the mean of a picture's features and its mirror image's, in twice the time.
 * @throws InputError for an unknown name, and for files that are missing, saying which.
 */
export async function extractorNamed(name: string, options: FisherOptions = {}): Promise<Extractor> {
  if (name === 'fisher') return fisherExtractor(options);
  if (isFile(name)) return ownExtractor(name);
  if (!name.endsWith(MIRRORED)) return onnxExtractor(await networkNamed(name));
  const network = name.slice(0, -MIRRORED.length);
  check(
    network !== 'fisher' && !isFile(network),
    `Unexpected extractor: "${name}"; expected a pretrained network before ${MIRRORED}`,
  );
  return onnxExtractor(mirrored(await networkNamed(network)));
}

async function networkNamed(name: string): Promise<OnnxExtractorOptions> {
  const [, place = name, output] = /^(.+)#([^#/]+)$/.exec(name) ?? [];
  if (place.startsWith('hf:')) return fromOnnxFolder(await hubFolder(place.slice(3)), place.slice(3), output);
  if (place.endsWith('.onnx')) return fromOnnxFile(path.resolve(place), path.dirname(path.resolve(place)), output);
  if (!Object.hasOwn(presets, name) && onnxIn(place))
    return fromOnnxFolder(path.resolve(place), path.basename(path.resolve(place)), output);
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
      `${folder} has no model.safetensors; download it: ${npmRun('download', name)}`,
    );
    const { title, preprocessing } = presets[name]!;
    return { name, title, folder, preprocessing: readPreprocessing(folder, preprocessing) };
  }
  check(
    existsSync(path.join(name, 'config.json')),
    `Unknown extractor: "${name}"; expected one of ${extractorNames} (with model.onnx, or config.json and model.safetensors)`,
  );
  const folder = path.resolve(name);
  checkSafetensors(folder);
  const title = path.basename(folder);
  return { name: title, title, folder, preprocessing: readPreprocessing(folder) };
}

async function fromVitFolder({ name, title, folder, preprocessing }: VitFolder): Promise<OnnxExtractorOptions> {
  const modelHash = await hashOf(path.join(folder, 'model.safetensors'));
  return {
    title,
    preprocessing,
    modelHash,
    name: Object.hasOwn(presets, name) ? name : nameFor(title, [modelHash, preprocessing]),
    async open() {
      const vit = await loadVit(folder);
      const size = preprocessing.crop ?? preprocessing.resize;
      return openOnnxModel(vitOnnx(vit, size && 'height' in size ? size : {}), folder);
    },
  };
}

const fromOnnxFolder = (folder: string, title: string, output: string | undefined): Promise<OnnxExtractorOptions> =>
  fromOnnxFile(onnxIn(folder)!, folder, output, title);

/** @param folder Where the `preprocessor_config.json` lies. */
async function fromOnnxFile(
  file: string,
  folder: string,
  output: string | undefined,
  title = path.join(path.basename(folder), path.basename(file)),
): Promise<OnnxExtractorOptions> {
  check(existsSync(file), `There is no file ${file}; expected an ONNX model`);
  const preprocessing = readPreprocessing(folder);
  const preferred = pooledOutput(folder);
  const parts = [file, ...(await externalData(file))];
  const hashes = await Promise.all(parts.map(hashOf));
  const modelHash = hashes.length === 1 ? hashes[0]! : sha256(hashes.join());
  return {
    name: nameFor(title + (output === undefined ? '' : `#${output}`), [modelHash, preprocessing]),
    title,
    modelHash,
    output: output ?? preferred,
    preprocessing,
    open: () => openOnnxModel(file, file, { output, preferred }),
  };
}

/** A name for files, another one for what makes other features: models are all called model.onnx. */
const nameFor = (title: string, from: unknown): string =>
  `${title.replace(/[^\w.-]+/g, '-')}-${sha256(JSON.stringify(from)).slice(0, 8)}`;

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}
