import { columnMeans, matrix, row, rowsBetween, softmaxRows, takeRows, type Matrix } from '../engine/matrix';
import { whitenWithinClasses } from '../engine/whitening';
import { calibrate } from './mixture/calibrate';
import { foldsOf, joined } from './mixture/folds';
import { unitRows } from './unit-rows';
import { sumByGroup } from './sum-by-group';
import type { Learner } from './learner';

export interface NearestMeanOptions {
  /** Shrinkage of a whitening within the labelled classes, 0..1; absent: features as they are. */
  readonly whitening?: number;
}

const FOLDS = 5;
/** Of the cosines; it sets how sure the model is, not what it says. */
const SHARPNESS = { least: 1, most: 100, start: 10 };

/**
 * The class whose labelled images' mean lies nearest by angle: rows less the pool's mean, scaled to length 1. A class without a
 * label has the cosine 0. Probabilities are a softmax of the cosines, its sharpness calibrated on held-out labels.
 */
export const nearestMean = ({ whitening }: NearestMeanOptions = {}): Learner => ({
  name: 'nearest-mean',
  version: 1, // 1: no control
  onlyFine: true,
  async fit(task) {
    const { features, full, hierarchy, engine } = task;
    const K = hierarchy.fine.length;
    const map =
      whitening === undefined ? centring(features) : await whitenWithinClasses(engine, features, full, whitening);
    const directions = async (x: Matrix): Promise<Matrix> => unitRows(await map.apply(x));
    const folds = foldsOf(task, features.rows, FOLDS);
    const { rows, labels } = joined(folds);
    const labelled = await directions(takeRows(features, rows));
    const scores = matrix(labels.length, K);
    let from = 0;
    for (const fold of folds) {
      const to = from + fold.rows.length;
      const means = meansOf(labelled, labels, K, (i) => i < from || i >= to);
      const part = await engine.product(rowsBetween(labelled, from, to), means, { transposeB: true });
      scores.data.set(part.data, from * K);
      from = to;
    }
    const sharpness = calibrate([{ ...SHARPNESS, values: scores }], labels).weights[0]!;
    const means = meansOf(labelled, labels, K, () => true);
    return {
      engine: engine.name,
      async predict(given) {
        const hidden = await directions(given);
        const fine = await engine.product(hidden, means, { transposeB: true });
        for (let at = 0; at < fine.data.length; at++) fine.data[at]! *= sharpness;
        softmaxRows(fine);
        return { fine, coarse: sumByGroup(fine, hierarchy.groupOf, hierarchy.coarse.length), hidden };
      },
      dispose: () => undefined,
    };
  },
});

/** [K, D]: directions of the classes' means, over the rows that count; 0 for a class without one. */
function meansOf(x: Matrix, labels: Int32Array, K: number, counts: (i: number) => boolean): Matrix {
  const means = matrix(K, x.columns);
  labels.forEach((k, i) => {
    if (!counts(i)) return;
    const [mean, values] = [row(means, k), row(x, i)];
    for (let j = 0; j < values.length; j++) mean[j]! += values[j]!;
  });
  return unitRows(means);
}

function centring(features: Matrix): { apply(x: Matrix): Matrix } {
  const mean = columnMeans(features);
  return {
    apply: (x) =>
      matrix(
        x.rows,
        x.columns,
        x.data.map((value, at) => value - mean[at % x.columns]!),
      ),
  };
}
