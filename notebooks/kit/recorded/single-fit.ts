import type { Dataset } from '../../../lib/data/dataset';
import { groupsOf } from '../../../lib/data/hierarchy';
import { createEngine } from '../../../lib/engine';
import { takeRows, type Matrix } from '../../../lib/engine/matrix';
import { check } from '../../../lib/errors';
import { features as extractFeatures } from '../../../inputs/features/store';
import { networkFactory } from '../../../lib/model/network-factory';
import { accuracy, train } from '../../../lib/model/trainer';
import { trainingOptions, type TrainingOptions } from '../../../lib/model/training-options';
import { noLabels } from '../../../lib/model/training-set';
import { estimateTransition } from '../../../lib/noise/transition-matrix';
import { createRandom } from '../../../lib/random';
import { validationSplit } from '../../../lib/rounds/validation-split';

export interface SingleFit {
  readonly data: Dataset;
  readonly seed: number;
  /** Images with a full label, drawn at random. */
  readonly full: number;
  /** Further images with the annotator's answer, drawn at random. */
  readonly weak: number;
  /** `estimated`: T from the trusted images. `none`: answers are taken as true. Or T itself (an oracle). */
  readonly correction: 'estimated' | 'none' | Matrix;
  /** How many of the full-labelled images T may be estimated from; all unless given. */
  readonly trusted?: number;
  readonly training?: Partial<TrainingOptions>;
}

/** Test accuracies, 0..1. */
export interface FitResult {
  readonly fine: number;
  readonly coarse: number;
}

/**
 * One network trained on labels drawn at random, without any strategy: to look at the noise model by itself. The same seed draws
 * the same images and weights whatever the correction.
 * @throws InputError for more labels than there are images, or a data set without answers.
 */
export async function fitOnce(fit: SingleFit): Promise<FitResult> {
  const { data, seed, correction } = fit;
  const { answers, hierarchy } = data;
  check(
    answers,
    `"${data.name}" has no annotator's answers; give it some, e.g. simulatedAnswers(data, { accuracy: 0.9 })`,
  );
  const random = createRandom(seed);
  const all = await extractFeatures(data);
  const { validation, pool } = validationSplit(data, 5, random.stream('validation'));
  check(
    fit.full + fit.weak <= pool.length,
    `${fit.full} full and ${fit.weak} weak labels from ${pool.length} images; take fewer`,
  );
  const order = random.stream('single fit').permutation(pool.length);
  const [full, weak] = [order.slice(0, fit.full), order.slice(fit.full, fit.full + fit.weak)];
  const rowOf = (i: number): number => pool[i]!;
  const labels = full.map((i) => data.pool.fine[rowOf(i)]!);
  const trusted = full.slice(0, fit.trusted ?? full.length);
  const groups = groupsOf(hierarchy, labels.slice(0, trusted.length));
  const said = trusted.map((i) => answers.coarse[rowOf(i)]!);
  const estimated = (): Matrix =>
    estimateTransition({ groups, answers: said }, hierarchy.coarse.length, { outside: answers.coarse.includes(-1) });
  const transition = correction === 'estimated' ? estimated() : correction === 'none' ? undefined : correction;
  const engine = await createEngine();
  const model = await train(
    {
      hierarchy,
      features: takeRows(all.pool, pool),
      full: { rows: full, labels },
      weak: weak.length ? { rows: weak, labels: weak.map((i) => answers.coarse[rowOf(i)]!) } : noLabels,
      ...(transition && { transition }),
      validation: { features: takeRows(all.pool, validation), fine: validation.map((i) => data.pool.fine[i]!) },
    },
    trainingOptions({ coarseHead: weak.length ? 'weak' : 'trusted', ...fit.training }),
    random.stream('train'),
    { engine, createNetwork: networkFactory('fast', engine) },
  );
  const prediction = await model.predict(all.test);
  model.dispose();
  return {
    fine: accuracy(prediction.fine, data.test.fine),
    coarse: accuracy(prediction.coarse, groupsOf(hierarchy, data.test.fine)),
  };
}
