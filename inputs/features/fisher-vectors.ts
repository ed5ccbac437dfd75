import type { Images } from '../../lib/data/dataset';
import type { Engine } from '../../lib/engine/engine';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import type { Random } from '../../lib/random';
import { leadingEigenvectors } from '../../lib/engine/eigen';
import type { Progress } from './extractors/extractor';
import { contrastMap } from './contrast';
import { fitMixture, responsibilities, withSquares, type Mixture } from './mixture';
import { mapPatches, type PatchSettings } from './patches';

export interface FisherSettings extends PatchSettings {
  /** Dimensions a patch is reduced to, D. */
  readonly dimensions: number;
  /** Gaussians in the mixture, K. The vector has 2 K D entries. */
  readonly gaussians: number;
  /** Patches drawn to fit patch components and mixture. */
  readonly samples: number;
  /** Steps of expectation-maximisation. */
  readonly iterations: number;
}

export const fisherDefaults: FisherSettings = {
  side: 8,
  stride: 1,
  flat: 0.15,
  contrast: 0.05,
  dimensions: 24,
  gaussians: 32,
  samples: 60_000,
  iterations: 30,
};

/** What was learnt from images without labels. */
export interface FisherModel {
  readonly settings: FisherSettings;
  /** [side * side, D]: patch components, each divided by its standard deviation. */
  readonly projection: Matrix;
  /** [D]: takes the mean patch off after the projection. */
  readonly offset: Float32Array;
  readonly mixture: Mixture;
}

/** Fits patch components and mixture to random patches of the images; labels are not looked at. */
export async function fitFisherVectors(
  images: Images,
  engine: Engine,
  random: Random,
  settings: FisherSettings = fisherDefaults,
): Promise<FisherModel> {
  check(images.count > 0, 'No images given; fitting Fisher vectors needs at least one');
  check(
    Math.min(images.height, images.width) >= settings.side,
    () =>
      `Unexpected image size: ${images.height} x ${images.width}; expected at least one patch of side ${settings.side}`,
  );
  const patches = samplePatches(images, settings, random.stream('patches'));
  check(
    patches.data.some((value) => value !== patches.data[0]),
    'Every patch of the pictures looks the same: they are of one colour; look at them, or take another extractor',
  );
  const { projection, offset } = await patchComponents(patches, settings.dimensions, engine);
  const points = await engine.product(patches, projection, { bias: offset });
  const mixture = await fitMixture(points, settings.gaussians, settings.iterations, engine, random.stream('mixture'));
  return { settings, projection, offset, mixture };
}

/**
 * Improved Fisher vectors: the gradient of the mixture's log likelihood of an image's patches with respect to means
 * and variances, averaged over the patches, then signed square root and unit length. [n, 2 K D]: all means' entries,
 * Gaussian by Gaussian, then all variances'.
 * Perronnin, Sanchez and Mensink, ECCV 2010, section 2 and 3. Patches are of contrast maps ({@link contrastMap}).
 */
export async function fisherVectors(
  images: Images,
  model: FisherModel,
  engine: Engine,
  progress?: Progress,
): Promise<Matrix> {
  const { settings, projection, offset, mixture } = model;
  const respond = responsibilities(mixture, engine);
  const out = matrix(images.count, 2 * mixture.means.rows * mixture.means.columns);
  const map = new Float32Array(images.height * images.width);
  for (let i = 0; i < images.count; i++) {
    const patches = mapPatches(contrastMap(images, i, map), images.height, images.width, settings);
    const squares = withSquares(await engine.product(patches, projection, { bias: offset }));
    const shares = await respond(squares);
    encode(mixture, shares, await engine.product(shares, squares, { transposeA: true }), row(out, i));
    if (progress && i % 200 === 0) progress(i / images.count);
  }
  progress?.(1);
  return out;
}

/** Writes one image's vector from responsibilities [n, K] and their statistics [K, 2D]. */
function encode({ weights, means, variances }: Mixture, shares: Matrix, statistics: Matrix, out: Float32Array): void {
  const [k, d] = [means.rows, means.columns];
  const counts = new Float64Array(k);
  for (let i = 0; i < shares.data.length; i += k) for (let c = 0; c < k; c++) counts[c]! += shares.data[i + c]!;
  let squares = 0;
  for (let c = 0; c < k; c++)
    for (let j = 0; j < d; j++) {
      const [mean, variance] = [means.data[c * d + j]!, variances.data[c * d + j]!];
      const [first, second] = [statistics.data[c * 2 * d + j]!, statistics.data[c * 2 * d + d + j]!];
      const count = counts[c]!;
      const byMean = (first - count * mean) / Math.sqrt(variance * weights[c]!);
      const byVariance = (second - 2 * mean * first + count * mean * mean) / variance - count;
      out[c * d + j] = byMean / shares.rows;
      out[(k + c) * d + j] = byVariance / Math.sqrt(2 * weights[c]!) / shares.rows;
    }
  for (let i = 0; i < out.length; i++) {
    squares += Math.abs(out[i]!);
    out[i] = Math.sign(out[i]!) * Math.sqrt(Math.abs(out[i]!));
  }
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < out.length; i++) out[i]! /= length;
}

/** About `settings.samples` patches, the same number from each of up to 3,000 random images. */
function samplePatches(images: Images, settings: FisherSettings, random: Random): Matrix {
  const chosen = random.permutation(images.count).subarray(0, 3000);
  const each = Math.ceil(settings.samples / chosen.length);
  const area = settings.side ** 2;
  const data: number[] = [];
  for (const i of chosen) {
    const patches = mapPatches(contrastMap(images, i), images.height, images.width, settings);
    for (const p of random.permutation(patches.rows).subarray(0, each)) data.push(...row(patches, p));
  }
  return matrix(data.length / area, area, Float32Array.from(data));
}

/** Principal components of patches, each scaled to unit variance, and the projected mean patch, negative. */
async function patchComponents(
  patches: Matrix,
  dimensions: number,
  engine: Engine,
): Promise<{ projection: Matrix; offset: Float32Array }> {
  const area = patches.columns;
  const mean = new Float64Array(area);
  for (let i = 0; i < patches.data.length; i++) mean[i % area]! += patches.data[i]! / patches.rows;
  const covariance = await engine.product(patches, patches, { transposeA: true });
  for (let a = 0; a < area; a++)
    for (let b = 0; b < area; b++)
      covariance.data[a * area + b] = covariance.data[a * area + b]! / patches.rows - mean[a]! * mean[b]!;
  const { values, vectors: projection } = leadingEigenvectors(covariance, dimensions);
  const offset = new Float32Array(dimensions);
  for (let a = 0; a < area; a++)
    for (let c = 0; c < dimensions; c++) {
      projection.data[a * dimensions + c]! /= Math.sqrt(Math.max(values[c]!, 1e-9));
      offset[c]! -= mean[a]! * projection.data[a * dimensions + c]!;
    }
  return { projection, offset };
}
