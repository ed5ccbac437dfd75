import type { Dataset } from '../../lib/datasets/dataset';
import { createHierarchy } from '../../lib/datasets/hierarchy';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import { createRandom } from '../../lib/random';

/** Six Gaussian fine classes in three groups, eight features; an annotator who is right four times in five. */
export function toyDataset({ pool = 240, test = 120, seed = 0 } = {}): Dataset {
  const hierarchy = createHierarchy(['a0', 'a1', 'b0', 'b1', 'c0', 'c1'].map((fine) => [fine, fine[0]!] as const));
  const random = createRandom(seed);
  const centres = matrix(6, 8);
  for (let i = 0; i < centres.data.length; i++) centres.data[i] = 1.5 * random.normal();
  const part = (n: number): { fine: Int32Array; features: Matrix } => {
    const fine = Int32Array.from({ length: n }, (_, i) => i % 6);
    const features = matrix(n, 8);
    for (let i = 0; i < features.data.length; i++)
      features.data[i] = centres.data[fine[i >> 3]! * 8 + (i & 7)]! + random.normal();
    return { fine, features };
  };
  const poolPart = part(pool);
  const coarse = poolPart.fine.map((k) => (random.uniform() < 0.8 ? hierarchy.groupOf[k]! : random.integer(3)));
  return {
    name: 'toy',
    title: 'toy Gaussians',
    hierarchy,
    pool: poolPart,
    test: part(test),
    answers: { annotator: 'simulated', coarse },
  };
}
