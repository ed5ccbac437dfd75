import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { check, InputError } from '../../../lib/errors';
import { readText } from '../../../lib/text-file';
import { checkId, modelFolder, withTransformers } from '../hub';

/** ONNX files that a folder may hold; an encoder of images alone comes before what wants a text too. */
const ONNX = ['model.onnx', 'onnx/vision_model.onnx', 'onnx/model.onnx'];

/** The ONNX model in a model's folder, as exported or as the hub has it; undefined where there is none. */
export const onnxIn = (folder: string): string | undefined =>
  ONNX.map((name) => path.join(folder, name)).find((file) => existsSync(file));

/** How an ONNX file writes, as protocol buffers, that a tensor lies elsewhere: the key "location", and the tag of its value. */
const LOCATION = Buffer.from('\n\blocation\u0012');

/**
 * The files beside an ONNX model in which the rest of its numbers are (`model.onnx_data`), ascending by name.
 * @throws InputError for one that is missing.
 */
export async function externalData(file: string): Promise<string[]> {
  const model = await readFile(file);
  const names = new Set<string>();
  for (let at = model.indexOf(LOCATION); at >= 0; at = model.indexOf(LOCATION, at + 1)) {
    const from = at + LOCATION.length; // a name of up to 127 bytes: its length is one byte
    names.add(model.toString('utf8', from + 1, from + 1 + model[from]!));
  }
  const parts = [...names].sort().map((name) => path.join(path.dirname(file), name));
  const missing = parts.find((part) => !existsSync(part));
  check(!missing, `There is no ${missing}, where the numbers of ${file} are; put it there, from where the model came`);
  return parts;
}

/** @throws InputError where a folder has no model.safetensors, saying what it has instead and how to convert that. */
export function checkSafetensors(folder: string): void {
  const names = readdirSync(folder);
  if (names.includes('model.safetensors')) return;
  const weights = names.filter((name) => /\.(bin|safetensors|index\.json|h5|msgpack|pth?)$/.test(name));
  throw new InputError(
    `${folder} has ${weights.join(', ') || 'no weights'}; expected model.safetensors, whole, or model.onnx. ` +
      `Weights of PyTorch's or in pieces are converted by: python3 -c "from transformers import AutoModel; ` +
      `AutoModel.from_pretrained('${folder}').save_pretrained('${folder}', max_shard_size='99GB')"`,
  );
}

/**
 * The folder of a model on Hugging Face's hub, OWNER/NAME, with its ONNX export, which is downloaded once.
 * @throws InputError for no such name, and where nothing can be downloaded: see {@link withTransformers}.
 */
export async function hubFolder(id: string): Promise<string> {
  checkId(id);
  const folder = modelFolder(id);
  if (onnxIn(folder) && existsSync(path.join(folder, 'preprocessor_config.json'))) return folder;
  await withTransformers(id, async (library) => {
    const { model_type: type } = await library.AutoConfig.from_pretrained(id);
    await library.AutoImageProcessor.from_pretrained(id);
    const encoders = { clip: library.CLIPVisionModelWithProjection, siglip: library.SiglipVisionModel };
    const encoder = type === 'clip' || type === 'siglip' ? encoders[type] : library.AutoModel;
    await (await encoder.from_pretrained(id, { dtype: 'fp32' })).dispose();
  });
  return folder;
}

/** As a `config.json` names models whose tokens begin with no class token: their first one is a patch. */
const WITHOUT_CLASS_TOKEN = /"model_type"\s*:\s*"(siglip|swin)/;

/** The output that stands for a whole picture, where a model's `config.json` tells that no token does. */
export function pooledOutput(folder: string): string | undefined {
  const file = path.join(folder, 'config.json');
  return existsSync(file) && WITHOUT_CLASS_TOKEN.test(readText(file)) ? 'pooler_output' : undefined;
}
