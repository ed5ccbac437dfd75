import { createHierarchy } from '../../lib/data/hierarchy';
import { createEngine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { emDefaults, mixture } from '../../lib/model/mixture';
import { noLabels } from '../../lib/model/training-set';
import { createRandom } from '../../lib/random';
import { compare, type BenchLine } from './compare';
import { startPeer } from './peer';

/**
 * A fit of the mixture: pool [n, D] of K classes, `labelled` labels; by the default options, but one shrinkage, which
 * is what the peer does in numpy: chains, EM, temperature.
 */
const fitOf = (n: number, D: number, K: number, labelled: number, repeats: number) => async (): Promise<BenchLine> => {
  const engine = await createEngine();
  const random = createRandom(0).stream('bench');
  const centres = Float32Array.from({ length: K * D }, () => 0.35 * random.normal());
  const features = matrix(n, D);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < D; j++) features.data[i * D + j] = centres[(i % K) * D + j]! + random.normal();
  const rows = Int32Array.from({ length: labelled }, (_, i) => i);
  const hierarchy = createHierarchy(Array.from({ length: K }, (_, k) => [`class ${k}`, `group ${k % 16}`] as const));
  const learner = mixture({ shrinkages: [{ covariance: 0.15, means: 1 }] });
  return compare({
    name: `mixture-${n}`,
    size: `EM of ${n} x ${D}, ${K} classes, ${labelled} labels, ${emDefaults.folds} folds, ${emDefaults.iterations} rounds`,
    engine: engine.name,
    ours: () =>
      learner.fit({
        hierarchy,
        features,
        full: { rows, labels: rows.map((i) => i % K) },
        weak: noLabels,
        coarseHead: 'none',
        engine,
        random: createRandom(0),
      }),
    peer: await startPeer('mixture.py', ['numpy'], [n, D, K, labelled].map(String)),
    warmUps: 1,
    repeats,
  });
};

export const mixtureSmall = fitOf(5500, 256, 100, 500, 5);
export const mixtureLarge = fitOf(100_000, 768, 200, 2000, 1);
