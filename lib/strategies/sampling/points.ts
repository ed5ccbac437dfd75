import { argmaxRows, row, type Matrix } from '../../engine/matrix';
import { check } from '../../errors';
import { RowProducts } from './row-products';

/** Points in a space too large to write down: only distances to one of them at a time are computed, never all pairs. */
export interface Points {
  readonly count: number;
  /** [count] */ readonly squaredNorms: Float64Array;
  /** nearest[i] = min(nearest[i], |point i - point `centre`|^2) for all i. Entries that are 0 are taken to be settled. */
  approach(centre: number, nearest: Float64Array): void;
}

/** The rows themselves. */
export function rowPoints(points: Matrix): Points {
  const products = new RowProducts(points.rows, [points.columns]);
  for (let i = 0; i < points.rows; i++) products.row(0, i).set(row(points, i));
  return new ScaledProducts(products, 1, [undefined]);
}

/**
 * BADGE's gradient embeddings q (x) h, where q = p - onehot(argmax p): what the last layer's weights would get if the
 * model were right about each row (Ash et al. 2020, section 3). `fine` [n, K] are probabilities, `hidden` is [n, H].
 * |q_i (x) h_i - q_j (x) h_j|^2 = |q_i|^2 |h_i|^2 + |q_j|^2 |h_j|^2 - 2 (q_i . q_j)(h_i . h_j): memory n (K + H).
 */
export function gradientEmbeddings(fine: Matrix, hidden: Matrix): Points {
  check(fine.rows === hidden.rows, `Unexpected rows: ${fine.rows} of probabilities and ${hidden.rows} of hidden units`);
  const products = new RowProducts(fine.rows, [fine.columns, hidden.columns]);
  const predicted = argmaxRows(fine);
  for (let i = 0; i < fine.rows; i++) {
    const q = products.row(0, i);
    q.set(row(fine, i));
    q[predicted[i]!]! -= 1;
    products.row(1, i).set(row(hidden, i));
  }
  return new ScaledProducts(products, 2, [undefined]);
}

/**
 * ISO's candidates v h/|h|: point s * n + i is row i's direction times `values[s][i]` (negative or NaN counts as 0).
 * A row of zeros has no direction and stays at the origin.
 */
export function scaledDirections(hidden: Matrix, values: readonly ArrayLike<number>[]): Points {
  for (const { length } of values)
    check(length === hidden.rows, `Unexpected values: ${length} for ${hidden.rows} rows; expected one a row`);
  const products = new RowProducts(hidden.rows, [hidden.columns]);
  for (let i = 0; i < hidden.rows; i++) {
    const direction = products.row(0, i);
    direction.set(row(hidden, i));
    const length = Math.sqrt(squaredNorm(direction));
    if (length > 0) for (let j = 0; j < direction.length; j++) direction[j]! /= length;
  }
  const scales = values.map((value) => Float64Array.from(value, (v) => (v > 0 ? v : 0)));
  return new ScaledProducts(products, 1, scales);
}

/**
 * Squared distances below this share of the two squared norms are rounding errors of float32 products, and count as 0:
 * otherwise copies of one point would be drawn for their noise.
 */
const NOISE = 2 ** -18;
/** Rows. Measured: skipping single rows is slower than not skipping, by up to twice. */
const SHORT_GAP = 8;

/** Points scale_s[i] * (outer product of row i of every factor); no scales: 1. */
class ScaledProducts implements Points {
  readonly count: number;
  readonly squaredNorms: Float64Array;
  private readonly norms: Float64Array;

  constructor(
    private readonly products: RowProducts,
    factors: number,
    private readonly scales: readonly (Float64Array | undefined)[],
  ) {
    const n = products.rows;
    this.count = n * scales.length;
    this.norms = new Float64Array(this.count);
    for (let i = 0; i < n; i++) {
      let norm = 1;
      for (let f = 0; f < factors; f++) norm *= squaredNorm(products.row(f, i));
      check(Number.isFinite(norm), () => `Unexpected norm of row ${i}: ${norm}; its numbers must be finite`);
      scales.forEach((scale, s) => (this.norms[s * n + i] = Math.sqrt(norm) * (scale ? scale[i]! : 1)));
    }
    this.squaredNorms = this.norms.map((norm) => norm * norm);
  }

  approach(centre: number, nearest: Float64Array): void {
    const { products, squaredNorms } = this;
    const n = products.rows;
    const count = this.listWithinReach(centre, nearest);
    const [first, second] = products.withRow(centre % n, count);
    const centreScale = this.scaleOf(centre);
    for (let s = 0; s < this.scales.length; s++) {
      const scale = this.scales[s];
      for (let k = 0; k < count; k++) {
        const i = products.list[k]!;
        const at = s * n + i;
        const product = second ? first![k]! * second[k]! : first![k]!;
        const sum = squaredNorms[at]! + squaredNorms[centre]!;
        const distance = sum - 2 * centreScale * (scale ? scale[i]! : 1) * product;
        if (distance < nearest[at]!) nearest[at] = distance > NOISE * sum ? distance : 0;
      }
    }
    nearest[centre] = 0;
  }

  private scaleOf(point: number): number {
    const n = this.products.rows;
    const scale = this.scales[Math.floor(point / n)];
    return scale ? scale[point % n]! : 1;
  }

  /**
   * Lists the rows that `centre` may be nearest to: |a - b| >= ||a| - |b||, so the others need no product. Short gaps
   * are listed too, since the memory is read faster on than anew.
   */
  private listWithinReach(centre: number, nearest: Float64Array): number {
    const { list, rows: n } = this.products;
    let count = 0;
    let next = 0;
    for (let i = 0; i < n; i++) {
      if (!this.withinReach(i, centre, nearest)) continue;
      for (let k = i - next < SHORT_GAP ? next : i; k <= i; k++) list[count++] = k;
      next = i + 1;
    }
    return count;
  }

  private withinReach(i: number, centre: number, nearest: Float64Array): boolean {
    const { norms, count, products } = this;
    for (let at = i; at < count; at += products.rows) {
      const gap = norms[at]! - norms[centre]!;
      if (gap * gap < nearest[at]!) return true;
    }
    return false;
  }
}

function squaredNorm(values: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j]! * values[j]!;
  return sum;
}
