import { matrix, type Matrix } from '../../lib/engine/matrix';
import { createFastNetwork } from '../../lib/model/fast-network';
import type { Batch, Network, NetworkShape, Parameters } from '../../lib/model/network';
import { createRandom, type Random } from '../../lib/random';
import type { ReferenceCorrection } from './reference-loss';

export const separate: NetworkShape = { features: 7, hidden: 9, fine: 6, coarse: 3 };
export const tied: NetworkShape = { ...separate, tiedTo: Int32Array.of(0, 1, 2, 0, 1, 0) };
export const T = matrix(3, 4, Float32Array.of(0.7, 0.1, 0.1, 0.1, 0.2, 0.6, 0.1, 0.1, 0, 0.3, 0.5, 0.2));
export const classTransition = matrix(
  6,
  4,
  Float32Array.of(
    ...[0.9, 0, 0.1, 0, 0.1, 0.8, 0, 0.1, 0, 0.2, 0.8, 0],
    ...[0.5, 0.2, 0.1, 0.2, 0.3, 0.4, 0.2, 0.1, 0.7, 0.1, 0.1, 0.1],
  ),
);
export const random = createRandom(5);

export function normals(rows: number, columns: number, r: Random, scale = 1): Matrix {
  const out = matrix(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = scale * r.normal();
  return out;
}

export function weightsFor(
  { features: D, hidden: H, fine: K, coarse: C, tiedTo }: NetworkShape,
  r: Random,
): Parameters {
  const own = tiedTo ? 0 : C;
  const [shared, fine, coarse] = [normals(D, H, r, 0.5), normals(H, K, r, 0.5), normals(H, own, r, 0.5)];
  const [a, f, c] = [normals(1, H, r, 0.3), normals(1, K, r, 0.3), normals(1, own, r, 0.3)];
  return {
    shared: shared.data,
    sharedBias: a.data,
    fine: fine.data,
    fineBias: f.data,
    coarse: coarse.data,
    coarseBias: c.data,
  };
}

export function batchFor(
  shape: NetworkShape,
  n: number,
  r: Random,
  options: { answers?: number; dropout?: boolean } = {},
): Batch {
  const mask = matrix(n, shape.hidden);
  for (let i = 0; i < mask.data.length; i++) mask.data[i] = r.uniform() < 0.3 ? 0 : 1 / 0.7;
  const corrected = Uint8Array.from({ length: n }, () => (options.answers && r.uniform() < 0.6 ? 1 : 0));
  return {
    inputs: normals(n, shape.features, r),
    ...(options.dropout ? { mask } : {}),
    fineLabels: Int32Array.from({ length: n }, () => r.integer(shape.fine)),
    fineWeights: Float32Array.from({ length: n }, () => (r.uniform() < 0.3 ? 0 : r.uniform() / n)),
    coarseLabels: Int32Array.from(corrected, (is) => r.integer(is ? options.answers! : shape.coarse)),
    coarseWeights: Float32Array.from({ length: n }, () => (r.uniform() < 0.3 ? 0 : r.uniform() / n)),
    corrected,
  };
}

export const arrays = (p: Parameters): [string, Float32Array][] => Object.entries(p) as [string, Float32Array][];

/** max |a - b| relative to the largest entry of b. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [worst, largest] = [0, 1e-30];
  for (let i = 0; i < b.length; i++) {
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return worst / largest;
}

export async function networkFor(
  shape: NetworkShape,
  weights: Parameters,
  { transition, ...options }: ReferenceCorrection = {},
): Promise<Network> {
  const network = await createFastNetwork(shape);
  network.setTransition(transition, options);
  network.load(weights);
  return network;
}
