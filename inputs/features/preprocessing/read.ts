import { existsSync } from 'node:fs';
import path from 'node:path';
import { check, InputError } from '../../../lib/errors';
import { readText } from '../../../lib/text-file';
import { parsePreprocessing, type Preprocessing } from './config';

/**
 * What a model's folder says of its pictures: in `preprocessor_config.json`, or where transformers 5 writes it and looks
 * first, as `image_processor` in `processor_config.json`.
 * @throws InputError as {@link parsePreprocessing}, and where there is neither and nothing in its stead.
 */
export function readPreprocessing(folder: string, otherwise?: Preprocessing): Preprocessing {
  const [file, whole] = ['preprocessor_config.json', 'processor_config.json'].map((name) => path.join(folder, name));
  const inside = existsSync(whole!) ? imageProcessorIn(whole!) : undefined;
  if (inside) return parsePreprocessing(JSON.stringify(inside), `${whole}, image_processor`);
  if (existsSync(file!)) return parsePreprocessing(readText(file!), file!);
  check(otherwise, `There is no ${file}; put the model's own there, or write one: it says how pictures are resized`);
  return otherwise;
}

function imageProcessorIn(file: string): unknown {
  try {
    return (JSON.parse(readText(file)) as { image_processor?: unknown } | null)?.image_processor;
  } catch (error) {
    throw new InputError(`${file} is no JSON (${(error as Error).message}); put the model's own there`);
  }
}
