import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseVitConfig } from '../../lib/vit/config';
import { readSafetensors, type TensorArray } from '../../lib/vit/safetensors';
import { pickWeights, type Vit } from '../../lib/vit/weights';

/** A small network, two images, and what PyTorch says of them: see vit.py among the fixtures. */
export async function smallVit(kind: 'vit' | 'dinov2'): Promise<Vit & { expected: Map<string, TensorArray> }> {
  const file = (end: string): string => path.join(__dirname, '../fixtures/vit', kind + end);
  const config = parseVitConfig(readFileSync(file('.json'), 'utf8'), kind);
  const weights = pickWeights(config, (await readSafetensors(file('.safetensors'))).tensors, kind);
  return { config, weights, expected: (await readSafetensors(file('.expected.safetensors'))).tensors };
}
