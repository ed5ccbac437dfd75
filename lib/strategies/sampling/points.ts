import type { Engine } from '../../engine';
import { argmaxRows, matrix, row, rowsBetween, takeRows, type Matrix } from '../../engine/matrix';
import { check } from '../../errors';

/** Points in a space too large to write down: they are known by their distances, of which never all pairs are computed. */
export interface Points {
  readonly count: number;
  /** [count] */ readonly squaredNorms: Float64Array;
  /** nearest[i] = min(nearest[i], |point i - point c|^2) for all i and all c in `centres`. */
  approach(centres: readonly number[], nearest: Float64Array, engine: Engine): Promise<void>;
  /** |point i - point `centre`|^2 */
  squaredDistance(i: number, centre: number): number;
}

/**
 * The rows themselves.
 * @example
 * const { hidden } = await context.predict(context.pool.notFull());
 * const picks = await kMeansPlusPlus(rowPoints(hidden), 10, context.random, context.engine);
 */
export function rowPoints(points: Matrix): Points {
  return new ScaledProducts([points], [undefined]);
}

/**
 * BADGE's gradient embeddings q (x) h, where q = p - onehot(argmax p): what the last layer's weights would get if the
 * model were right about each row (Ash et al. 2020, section 3). `fine` [n, K] are probabilities, `hidden` is [n, H].
 * |q_i (x) h_i - q_j (x) h_j|^2 = |q_i|^2 |h_i|^2 + |q_j|^2 |h_j|^2 - 2 (q_i . q_j)(h_i . h_j): memory n (K + H).
 * @example
 * const { fine, hidden } = await context.predict(context.pool.notFull());
 * const picks = await kMeansPlusPlus(gradientEmbeddings(fine, hidden), 10, context.random, context.engine);
 */
export function gradientEmbeddings(fine: Matrix, hidden: Matrix): Points {
  check(fine.rows === hidden.rows, `Unexpected rows: ${fine.rows} of probabilities and ${hidden.rows} of hidden units`);
  const q = matrix(fine.rows, fine.columns, fine.data.slice());
  argmaxRows(fine).forEach((predicted, i) => (q.data[i * q.columns + predicted]! -= 1));
  return new ScaledProducts([q, hidden], [undefined]);
}

/**
 * ISO's candidates v h/|h|: point s * n + i is row i's direction times `values[s][i]` (negative or NaN counts as 0).
 * A row of zeros has no direction and stays at the origin.
 */
export function scaledDirections(hidden: Matrix, values: readonly ArrayLike<number>[]): Points {
  for (const { length } of values)
    check(length === hidden.rows, `Unexpected values: ${length} for ${hidden.rows} rows; expected one a row`);
  const lengths = Float64Array.from({ length: hidden.rows }, (_, i) => Math.sqrt(squaredNorm(row(hidden, i))));
  const scales = values.map((value) =>
    lengths.map((length, i) => (value[i]! > 0 && length > 0 ? value[i]! / length : 0)),
  );
  return new ScaledProducts([hidden], scales);
}

/**
 * Squared distances below this share of the two squared norms may be rounding errors of float32 products: they are
 * computed again from differences, so that points far from the origin keep their distances.
 */
const NOISE = 2 ** -18;
/** What is below this share then is the rounding of the numbers themselves, and 0: copies are not drawn for their noise. */
const RESOLUTION = 2 ** -42;
/** Rows whose products with all centres are held at a time. */
const BLOCK = 4096;

/** Points scale_s[i] * (outer product of row i of every factor); no scales: 1. */
class ScaledProducts implements Points {
  readonly count: number;
  readonly squaredNorms: Float64Array;
  private readonly n: number;

  constructor(
    private readonly factors: readonly Matrix[],
    private readonly scales: readonly (Float64Array | undefined)[],
  ) {
    const n = (this.n = factors[0]!.rows);
    this.count = n * scales.length;
    this.squaredNorms = new Float64Array(this.count);
    for (let i = 0; i < n; i++) {
      const norms = factors.map((factor) => squaredNorm(row(factor, i)));
      const norm = norms.reduce((product, value) => product * value, 1);
      const inFloat32 = norms.every((value) => Number.isFinite(Math.fround(value)));
      check(inFloat32, () => `Unexpected norm of row ${i}: ${norm}; its numbers must be finite`);
      scales.forEach((scale, s) => (this.squaredNorms[s * n + i] = norm * (scale ? scale[i]! ** 2 : 1)));
    }
  }

  async approach(centres: readonly number[], nearest: Float64Array, engine: Engine): Promise<void> {
    const rows = centres.map((centre) => centre % this.n);
    const others = this.factors.map((factor) => takeRows(factor, rows));
    for (let top = 0; top < this.n; top += BLOCK) {
      const end = Math.min(this.n, top + BLOCK);
      const products = await outerProducts(
        engine,
        this.factors.map((factor) => rowsBetween(factor, top, end)),
        others,
      );
      for (let s = 0; s < this.scales.length; s++) this.lower(s, top, products, centres, nearest);
    }
    for (const centre of centres) nearest[centre] = 0;
  }

  squaredDistance(i: number, centre: number): number {
    const { n, factors } = this;
    const product = factors.reduce((all, factor) => all * dot(row(factor, i % n), row(factor, centre % n)), 1);
    return this.distance(i, centre, this.scaleOf(i) * this.scaleOf(centre) * product);
  }

  /** Lowers `nearest` of the points of set s whose products with the centres are given, from row `top` on. */
  private lower(s: number, top: number, products: Matrix, centres: readonly number[], nearest: Float64Array): void {
    const { data, columns } = products;
    const centreScales = Float64Array.from(centres, (centre) => this.scaleOf(centre));
    const centreNorms = Float64Array.from(centres, (centre) => this.squaredNorms[centre]!);
    for (let k = 0; k < products.rows; k++) {
      const at = s * this.n + top + k;
      let least = nearest[at]!;
      if (least === 0) continue;
      const [scale, norm] = [this.scaleOf(at), this.squaredNorms[at]!];
      for (let c = 0; c < columns; c++) {
        const product = scale * centreScales[c]! * data[k * columns + c]!;
        const sum = norm + centreNorms[c]!;
        const roughly = sum - 2 * product; // decides nearly always, without a call
        if (roughly < least || roughly <= NOISE * sum) least = Math.min(least, this.distance(at, centres[c]!, product));
      }
      nearest[at] = least;
    }
  }

  private distance(i: number, centre: number, product: number): number {
    const sum = this.squaredNorms[i]! + this.squaredNorms[centre]!;
    const distance = sum - 2 * product;
    if (distance > NOISE * sum) return distance;
    const exact = this.byDifferences(i, centre);
    return exact > RESOLUTION * sum ? exact : 0;
  }

  /** The squared distance without subtracting anything large: a (x) b - c (x) d = (a - c) (x) b + c (x) (b - d), and so on. */
  private byDifferences(i: number, centre: number): number {
    const [scale, other] = [this.scaleOf(i), this.scaleOf(centre)];
    let [distance, alongOther, otherNorm] = [0, 0, 1]; // |u - v|^2, (u - v).v and |v|^2 of the factors so far
    this.factors.forEach((factor, f) => {
      const [x, y] = [row(factor, i % this.n), row(factor, centre % this.n)];
      const [s, t] = f === 0 ? [scale, other] : [1, 1];
      let [own, apart, across, along] = [0, 0, 0, 0]; // |x|^2, |x - y|^2, x.(x - y), (x - y).y
      let norm = 0; // |y|^2
      for (let j = 0; j < x.length; j++) {
        const [a, b] = [s * x[j]!, t * y[j]!];
        own += a * a;
        apart += (a - b) * (a - b);
        across += a * (a - b);
        along += (a - b) * b;
        norm += b * b;
      }
      const before = otherNorm;
      distance = distance * own + before * apart + 2 * alongOther * across;
      alongOther = alongOther * (own - across) + before * along;
      otherNorm = before * norm;
    });
    return distance;
  }

  private scaleOf(point: number): number {
    const scale = this.scales[Math.floor(point / this.n)];
    return scale ? scale[point % this.n]! : 1;
  }
}

/** The products of all rows of `a` with all rows of `b`, multiplied over the factors. */
async function outerProducts(engine: Engine, a: readonly Matrix[], b: readonly Matrix[]): Promise<Matrix> {
  const [first, ...others] = a;
  const out = await engine.product(first!, b[0]!, { transposeB: true });
  for (const [f, other] of others.entries()) {
    const { data } = await engine.product(other, b[f + 1]!, { transposeB: true });
    for (let k = 0; k < data.length; k++) out.data[k]! *= data[k]!;
  }
  return out;
}

const squaredNorm = (values: Float32Array): number => dot(values, values);

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
