import type * as Library from '@huggingface/transformers';
import path from 'node:path';
import { dataRoot } from '../datasets/data-root';
import { loadOnnxruntime } from '../../lib/engine/load-onnxruntime';
import { check, InputError } from '../../lib/errors';

export type Transformers = typeof Library;

/** Where models lie: downloaded ones by their name, those of Hugging Face's hub by owner and name. */
export const modelFolder = (name: string): string => path.join(dataRoot(), 'models', name);

/** @throws InputError for what is no name of a model on the hub. */
export function checkId(id: string): void {
  check(
    /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(id),
    `Unexpected model: "${id}"; expected OWNER/NAME as on Hugging Face's hub`,
  );
}

/**
 * Gives `use` Hugging Face's library, set up so that it looks for the files of `model` (OWNER/NAME, or a folder) where
 * {@link modelFolder} says, and puts there what it downloads, from the hub or from the mirror that HF_ENDPOINT names.
 * @throws InputError where that fails, saying why, where the files are looked for and how to get them.
 */
export async function withTransformers<T>(model: string, use: (library: Transformers) => Promise<T>): Promise<T> {
  await loadOnnxruntime(); // before the library does
  const library = await import('@huggingface/transformers');
  const { env, LogLevel } = library;
  env.logLevel = LogLevel.ERROR;
  env.localModelPath = env.cacheDir = path.join(dataRoot(), 'models');
  if (process.env.HF_ENDPOINT) env.remoteHost = process.env.HF_ENDPOINT;
  try {
    return await use(library);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { message, cause } = error as Error;
    const why =
      cause instanceof Error ? `${message}, ${cause.message || (cause as NodeJS.ErrnoException).code}` : message;
    const folder = path.isAbsolute(model) ? model : modelFolder(model);
    const fetched = path.isAbsolute(model)
      ? 'expected config.json and the ONNX files in onnx/, as on the hub'
      : `without network, get them elsewhere: hf download ${model} --local-dir ${folder}`;
    throw new InputError(`Cannot load the model ${model} (${why}); its files are looked for in ${folder}; ${fetched}`);
  }
}
