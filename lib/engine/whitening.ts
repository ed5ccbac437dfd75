import { CholeskyDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import type { Engine } from './engine';
import { columnMeans, matrix, row, takeRows, type Matrix } from './matrix';
import { check } from '../errors';
import { DIRECTIONS, spaceOf } from './leading-space';

/** A linear map after which the classes' scatter is round and of unit size. */
export interface Whitening {
  /** (x - mean) W, [n, D] -> [n, D], or fewer columns where only leading components are whitened. */
  apply(features: Matrix): Promise<Matrix>;
}

/** `labels[i]` is the class of row `rows[i]`. */
type Labelled = { readonly rows: Int32Array; readonly labels: Int32Array };

/** By labelled rows: the last map made from them, and what else it was made from. */
const made = new WeakMap<Labelled, { from: readonly unknown[]; whitening: Whitening }>();

/**
 * Whitens by the within-class covariance of the labelled rows, S_w, shrunk towards a multiple of the identity:
 * S = (1 - shrinkage) S_w + shrinkage (tr S_w / D) I. With S = L L', x becomes L^-1 (x - mean), whose within-class
 * covariance is the identity. Classes of one image add nothing to S_w; if no class has two, the covariance of all rows
 * takes its place. `mean` is that of all given features. Our choice: without it networks on few labels lose 5 to 10 points (typefaces).
 * Of features with more than `components` columns, only so many leading principal components of all rows are whitened:
 * few labels say nothing of the others' scatter, which shrinkage alone would let drown the rest.
 * Asked again for the same arguments (a strategy, its control and the parts of its weak labels all are), it answers with
 * the same map: so they must not be changed in between.
 */
export async function whitenWithinClasses(
  engine: Engine,
  features: Matrix,
  labelled: Labelled,
  shrinkage: number,
  components = DIRECTIONS,
): Promise<Whitening> {
  const from = [engine, features, shrinkage, components];
  const known = made.get(labelled);
  if (known?.from.every((value, i) => value === from[i])) return known.whitening;
  const wide = features.columns > components;
  const space = wide ? await spaceOf(features, engine, components) : undefined;
  const inside = await whiten(engine, space?.pool ?? features, labelled, shrinkage);
  const whitening = space ? { apply: async (x: Matrix) => inside.apply(await space.apply(x)) } : inside;
  made.set(labelled, { from, whitening });
  return whitening;
}

async function whiten(engine: Engine, features: Matrix, labelled: Labelled, shrinkage: number): Promise<Whitening> {
  check(labelled.rows.length > 0, 'Whitening needs labelled rows; got none');
  const D = features.columns;
  const scatter = deviations(takeRows(features, labelled.rows), labelled.labels);
  const covariance = await engine.product(scatter.rows, scatter.rows, { transposeA: true });
  let trace = 0;
  for (let i = 0; i < D; i++) trace += covariance.data[i * D + i]! / scatter.freedom;
  const ridge = trace > 0 ? (shrinkage * trace) / D : 1;
  const S = new MlMatrix(D, D);
  for (let i = 0; i < D; i++)
    for (let j = 0; j < D; j++)
      S.set(i, j, ((1 - shrinkage) * covariance.data[i * D + j]!) / scatter.freedom + (i === j ? ridge : 0));
  const inverse = invertLower(new CholeskyDecomposition(S).lowerTriangularMatrix); // [D, D], L^-1
  const mean = columnMeans(features);
  const shift = (await engine.product(matrix(1, D, mean), inverse, { transposeB: true })).data.map((x) => -x);
  return { apply: (x) => engine.product(x, inverse, { transposeB: true, bias: shift }) };
}

/** Rows minus their class's mean, or minus the mean of all if every class has but one row. */
function deviations(x: Matrix, labels: Int32Array): { rows: Matrix; freedom: number } {
  const classes = new Set(labels).size;
  const within = classes < labels.length;
  const groups = within ? labels : new Int32Array(labels.length);
  const freedom = Math.max(1, labels.length - (within ? classes : 1));
  const means = new Map<number, { mean: Float64Array; n: number }>();
  groups.forEach((label, i) => {
    const of = means.get(label) ?? { mean: new Float64Array(x.columns), n: 0 };
    const values = row(x, i);
    for (let j = 0; j < values.length; j++) of.mean[j]! += values[j]!;
    of.n++;
    means.set(label, of);
  });
  for (const { mean, n } of means.values()) for (let j = 0; j < mean.length; j++) mean[j]! /= n;
  groups.forEach((label, i) => {
    const { mean } = means.get(label)!;
    const values = row(x, i);
    for (let j = 0; j < values.length; j++) values[j]! -= mean[j]!;
  });
  return { rows: x, freedom };
}

/** L^-1 of a lower triangular L, by forward substitution in float64. */
function invertLower(L: MlMatrix): Matrix {
  const n = L.rows;
  const lower = Float64Array.from(L.to1DArray());
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const diagonal = lower[i * n + i]!;
    const target = inverse.subarray(i * n, i * n + i + 1);
    for (let k = 0; k < i; k++) {
      const factor = lower[i * n + k]!;
      if (factor === 0) continue;
      for (let j = 0; j <= k; j++) target[j]! -= factor * inverse[k * n + j]!;
    }
    target[i] = 1;
    for (let j = 0; j <= i; j++) target[j]! /= diagonal;
  }
  return matrix(n, n, Float32Array.from(inverse));
}
