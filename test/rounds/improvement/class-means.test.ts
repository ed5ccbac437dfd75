import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostlyRight, synthetic } from '../../../inputs/datasets/synthetic';
import { createEngine } from '../../../lib/engine';
import { takeRows } from '../../../lib/engine/matrix';
import { closedImprovement, type ImprovementOptions } from '../../../lib/rounds/improvement/options';
import { estimateImprovement } from '../../../lib/rounds/improvement/estimators';
import { createRandom } from '../../../lib/random';
import type { Improvement } from '../../../lib/strategies/strategy';

const rows = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);

/** M_f and M_w with 40 full labels of twelve classes, and `weak` answers of an annotator who is right so often. */
async function estimate(
  weak: number,
  right: number,
  options: Partial<ImprovementOptions> = {},
  held = true,
): Promise<Improvement> {
  const transition = mostlyRight(4, right);
  const data = synthetic({
    fine: 12,
    coarse: 4,
    pool: 2000,
    features: 20,
    groupSpread: 1,
    classSpread: 0.6,
    transition,
  });
  const features = data.pool.features!;
  const set = {
    hierarchy: data.hierarchy,
    features,
    full: { rows: rows(0, 40), labels: data.pool.fine.slice(0, 40) },
    weak: { rows: rows(40, 40 + weak), labels: data.answers!.coarse.slice(40, 40 + weak) },
    transition,
    ...(held && { validation: { features: takeRows(features, rows(1500, 2000)), fine: data.pool.fine.slice(1500) } }),
  };
  const random = createRandom(0);
  return estimateImprovement({
    task: { ...set, coarseHead: 'weak', engine: await createEngine(), random },
    options: { ...closedImprovement, ...options },
    learner: { name: 'none', fit: () => Promise.reject(new Error('trained')) },
    random,
  });
}

test('in closed form, a full label is worth more than a weak one, and the more so the more weak ones there are', async () => {
  const [few, many] = [await estimate(40, 0.9), await estimate(1000, 0.9)];
  assert.ok(few.full > 2 && many.full > 3 * few.full, `${few.full} and ${many.full} times a weak one`);
});

test('in closed form, answers at chance are worth next to nothing', async () => {
  const [good, chance] = [await estimate(200, 0.95), await estimate(200, 0.25)];
  const worth = ({ full, weak }: Improvement): number => weak / full;
  assert.ok(worth(chance) < 0.2 * worth(good), `${worth(chance)} at chance, ${worth(good)} at 95 %`);
});

test('in closed form, nothing is trained, accuracy can be measured as well, and the same seed gives the same numbers', async () => {
  assert.deepEqual(await estimate(100, 0.9), await estimate(100, 0.9));
  const { full, weak } = await estimate(100, 0.9, { measure: 'accuracy', trials: 10 });
  assert.ok(full > 0 && weak >= 0);
});

test('in closed form, without validation images, a fifth of the full labels judges each trial', async () => {
  const { full, weak } = await estimate(200, 0.9, {}, false);
  assert.ok(full > 0 && weak >= 0, `${full} and ${weak}`);
  assert.deepEqual(await estimate(200, 0.9, {}, false), { full, weak });
  const many = await estimate(1000, 0.9, {}, false);
  assert.ok(many.full / many.weak > full / weak, 'the more weak labels there are, the less one more is worth');
});
