import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseVitConfig } from '../../../../inputs/features/vit/config';
import { readSafetensors, type TensorArray } from '../../../../lib/engine/safetensors';
import { pickWeights, type Vit } from '../../../../inputs/features/vit/weights';

/** A small network, two images, and what PyTorch says of them: see vit.py among the fixtures. */
export async function smallVit(kind: 'vit' | 'dinov2'): Promise<Vit & { expected: Map<string, TensorArray> }> {
  const file = (end: string): string => path.join(__dirname, '../../../fixtures/vit', kind + end);
  const config = parseVitConfig(readFileSync(file('.json'), 'utf8'), kind);
  const weights = pickWeights(config, await readSafetensors(file('.safetensors')), kind);
  return { config, weights, expected: (await readSafetensors(file('.expected.safetensors'))).tensors };
}

/** Writes that network as a folder that an extractor can be named by, with the preprocessor's settings. */
export function smallVitFolder(folder: string, kind: 'vit' | 'dinov2', preprocessor: string): void {
  const fixture = path.join(__dirname, '../../../fixtures/vit', kind);
  mkdirSync(folder, { recursive: true });
  cpSync(`${fixture}.json`, path.join(folder, 'config.json'));
  cpSync(`${fixture}.safetensors`, path.join(folder, 'model.safetensors'));
  writeFileSync(path.join(folder, 'preprocessor_config.json'), preprocessor);
}

/** Pictures of 12 x 12 pixels, as the `vit` takes them. */
export const smallPreprocessor = JSON.stringify({
  size: { height: 12, width: 12 },
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
});
