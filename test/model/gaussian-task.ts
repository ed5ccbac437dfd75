import { createHierarchy } from '../../lib/data/hierarchy';
import type { Engine } from '../../lib/engine';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import type { LearningTask } from '../../lib/model/learner';
import { noLabels } from '../../lib/model/training-set';
import { createRandom } from '../../lib/random';

export interface GaussianTask {
  readonly task: LearningTask;
  /** Of all pool rows. */ readonly truth: Int32Array;
  readonly test: Matrix;
  readonly testLabels: Int32Array;
}

/** `rows` images of `classes` Gaussian classes in groups of two, the first `labelled` rows with their labels. */
export function gaussianTask(
  engine: Engine,
  { rows = 120, classes = 4, columns = 3, labelled = 20, distance = 2, seed = 0 } = {},
): GaussianTask {
  const random = createRandom(seed).stream('gaussian task');
  const centres = Array.from({ length: classes * columns }, () => distance * random.normal());
  const draw = (n: number): { x: Matrix; labels: Int32Array } => {
    const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
    const x = matrix(n, columns);
    for (let at = 0; at < x.data.length; at++)
      x.data[at] = centres[labels[Math.floor(at / columns)]! * columns + (at % columns)]! + random.normal();
    return { x, labels };
  };
  const [pool, test] = [draw(rows), draw(200)];
  const known = Int32Array.from({ length: labelled }, (_, i) => i);
  return {
    task: {
      hierarchy: createHierarchy(
        Array.from({ length: classes }, (_, k) => [`class ${k}`, `group ${Math.floor(k / 2)}`] as const),
      ),
      features: pool.x,
      full: { rows: known, labels: known.map((i) => pool.labels[i]!) },
      weak: noLabels,
      coarseHead: 'none',
      engine,
      random: createRandom(seed),
    },
    truth: pool.labels,
    test: test.x,
    testLabels: test.labels,
  };
}
