import { availableParallelism } from 'node:os';
import { openOnnxModel } from '../../inputs/features/extractors/onnx-model';
import { createRandom } from '../../lib/random';
import { vitB16 } from '../../inputs/features/vit/config';
import { vitOnnx } from '../../inputs/features/vit/onnx';
import { randomVit } from '../inputs/features/vit/random';
import { compare, type BenchLine } from './compare';
import { startPeer } from './peer';

/** Features of eight images by ViT-B/16 with random weights, on two cores if there are. */
export async function vitFeatures(): Promise<BenchLine> {
  const threads = Math.min(2, availableParallelism());
  const n = 8;
  const model = await openOnnxModel(vitOnnx(randomVit(vitB16, createRandom(0))), 'ViT-B/16', { threads });
  const pixels = Float32Array.from({ length: n * 3 * 224 * 224 }, (_, i) => Math.sin(i));
  return compare({
    name: 'vit-features',
    size: `${n} images of 224 x 224, ViT-B/16, random weights`,
    engine: model.engine,
    ours: () => model.run(pixels, 224, 224),
    peer: await startPeer('vit.py', ['torch'], [String(n), String(threads)], threads),
    warmUps: 1,
    repeats: 5,
  });
}
