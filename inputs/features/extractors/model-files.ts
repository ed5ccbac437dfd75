import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../../lib/errors';
import { checkId, modelFolder, withTransformers } from '../hub';

/** ONNX files that a folder may hold; an encoder of images alone comes before what wants a text too. */
const ONNX = ['model.onnx', 'onnx/vision_model.onnx', 'onnx/model.onnx'];

/** The ONNX model in a model's folder, as exported or as the hub has it; undefined where there is none. */
export const onnxIn = (folder: string): string | undefined =>
  ONNX.map((name) => path.join(folder, name)).find((file) => existsSync(file));

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
